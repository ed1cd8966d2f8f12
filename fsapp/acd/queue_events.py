"""What happens to queues."""

from collections.abc import Callable, Mapping
from typing import Any

from fsapp.acd import desk, offering, waiting
from fsapp.acd.events import OffersHeld, QueueClosed, QueueOpened, QueuesLoaded
from fsapp.acd.floor import Floor
from fsapp.acd.lines import Queue
from fsapp.acd.offers import Withdrawal
from fsapp.acd.settings import OverflowReason


def queues_loaded(floor: Floor, event: QueuesLoaded) -> None:
    """Agents and waiting contacts find their places anew."""
    for agent in floor.roster:
        desk.rise(agent)
    gone = [floor.queues.pop(name) for name in tuple(floor.queues) if name not in event.queues]
    for name, settings in event.queues.items():
        floor.load_queue(name, settings)
    for agent in floor.roster:
        desk.take_seat(floor, agent)
    for queue in floor.queues.values():
        for _, _, contact in tuple(queue.order):
            waiting.reorder(floor, floor.contacts[contact])
    for agent in floor.roster:
        desk.return_to_queues(floor, agent)
    for queue in gone:
        _empty(floor, queue)


def queue_opened(floor: Floor, event: QueueOpened) -> None:
    if queue := floor.queues.get(event.queue):
        queue.closed = False


def queue_closed(floor: Floor, event: QueueClosed) -> None:
    if queue := floor.queues.get(event.queue):
        queue.closed = True
        if event.emptied:
            _empty(floor, queue)


def offers_held(floor: Floor, event: OffersHeld) -> None:
    floor.held_until = floor.now + event.seconds


def _empty(floor: Floor, queue: Queue) -> None:
    """Everybody who waits leaves, in order."""
    for _, _, name in tuple(queue.order):
        contact = floor.contacts[name]
        offering.withdraw_all(floor, contact, Withdrawal.QUEUE_LEFT)
        waiting.shed(floor, contact, OverflowReason.CLOSED)


HANDLERS: Mapping[type[Any], Callable[[Floor, Any], None]] = {
    QueuesLoaded: queues_loaded,
    QueueOpened: queue_opened,
    QueueClosed: queue_closed,
    OffersHeld: offers_held,
}
