async def to_thread(func, /, *args, **kwargs):
    return func(*args, **kwargs)


async def gather(*aws, return_exceptions=False):
    return [*aws]


async def wait_for(fut, timeout=None):
    return fut


def shield(arg):
    return arg


def create_task(coro, *, name=None, context=None):
    return coro


def ensure_future(coro, *, loop=None):
    return coro


def as_completed(aws, *, timeout=None):
    return {*aws}


@also("asyncio.get_running_loop", "asyncio.new_event_loop")
def get_event_loop():
    return _Loop()


class _Loop:
    @handed
    def run_in_executor(self, executor, func, *args):
        return func(*args)

    @handed
    def call_soon(self, callback, *args):
        callback(*args)

    def run_until_complete(self, future):
        return future

    def create_task(self, coro):
        return coro
