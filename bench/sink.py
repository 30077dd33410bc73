"""A mail server that takes everything and keeps nothing: python -m bench.sink [MS] prints its port.

It thinks about each answer for so many milliseconds.
"""

import asyncio
import sys

PAUSE_SECONDS = int(sys.argv[1]) / 1000 if len(sys.argv) > 1 else 0


async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one conversation as RFC 5321 wants it."""
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        word = line[:4].upper()
        if PAUSE_SECONDS:
            await asyncio.sleep(PAUSE_SECONDS)
        if word == b"DATA":
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
        writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
    writer.close()


async def main() -> None:
    """Listen on a free port until stopped."""
    server = await asyncio.start_server(take, "127.0.0.1", 0, limit=2**24)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
