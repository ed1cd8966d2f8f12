"""Fax documents and the queue of faxes to be sent.

What is heavy (pages) is done in a worker process: fsapp.fax.worker imports the libraries, and the engine does not.
"""
