"""The event socket: greenswitch underneath, made safe."""
