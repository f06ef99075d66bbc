"""A WHIP publisher and a WHEP player by aiortc: a second implementation of everything that a browser does.

usage: aiortc-client.py publish|play URL [--codec VP8|H264] [--token TOKEN]

Writes one line of JSON for each thing that happens: the status of the POST, the state of the connection, for a player
the colours that it sees. Ends on SIGTERM, after DELETE, with its status as the last line.
"""

import argparse
import asyncio
import fractions
import json
import signal
import urllib.error
import urllib.parse
import urllib.request

import aioice.ice
from aiortc import RTCPeerConnection, RTCRtpSender, RTCSessionDescription, VideoStreamTrack
from av import VideoFrame

# It would leave the loopback interface out, and there may be no other.
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]

WIDTH, HEIGHT = 320, 240
# Y, Cb and Cr of red, green and blue by BT.601: top left, top right, bottom left. The fourth quarter is a moving grey.
COLOURS = [(81, 90, 240), (145, 54, 34), (41, 240, 110)]


def say(**what):
    print(json.dumps(what), flush=True)


def plane(quarters, width, height, line_size):
    """Bytes of a plane whose quarters have these values."""
    half = width // 2
    rows = [
        (bytes([left]) * half + bytes([right]) * half).ljust(line_size, b"\0")
        for left, right in (quarters[:2], quarters[2:])
    ]
    return rows[0] * (height // 2) + rows[1] * (height // 2)


class Quarters(VideoStreamTrack):
    """Pictures of four quarters, 30 a second."""

    count = 0

    async def recv(self):
        pts, time_base = await self.next_timestamp()
        self.count += 1
        frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
        grey = (32 + self.count % 190, 128, 128)
        for index, target in enumerate(frame.planes):
            quarters = [colour[index] for colour in (*COLOURS, grey)]
            target.update(plane(quarters, target.width, target.height, target.line_size))
        frame.pts, frame.time_base = pts, fractions.Fraction(time_base)
        return frame


def request(method, url, token, body=None):
    headers = {"content-type": "application/sdp"} if body is not None else {}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    call = urllib.request.Request(url, method=method, headers=headers, data=body)
    try:
        with urllib.request.urlopen(call, timeout=20) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


async def watch(track):
    """Says what the middles of the quarters look like, once in ten pictures."""
    count = 0
    while True:
        frame = await track.recv()
        count += 1
        if count % 10 != 1:
            continue
        rgb = frame.to_ndarray(format="rgb24")
        points = [(1, 1), (1, 3), (3, 1), (3, 3)]
        colours = [rgb[frame.height * y // 4][frame.width * x // 4].tolist() for y, x in points]
        say(frames=count, width=frame.width, height=frame.height, colours=colours)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["publish", "play"])
    parser.add_argument("url")
    parser.add_argument("--codec", default="VP8")
    parser.add_argument("--token")
    arguments = parser.parse_args()

    peer = RTCPeerConnection()
    peer.on("connectionstatechange", lambda: say(state=peer.connectionState))
    watching = []
    peer.on("track", lambda track: watching.append(asyncio.ensure_future(watch(track))))
    if arguments.role == "publish":
        transceiver = peer.addTransceiver(Quarters(), direction="sendonly")
    else:
        transceiver = peer.addTransceiver("video", direction="recvonly")
    codecs = RTCRtpSender.getCapabilities("video").codecs
    transceiver.setCodecPreferences([codec for codec in codecs if codec.mimeType == f"video/{arguments.codec}"])
    await peer.setLocalDescription(await peer.createOffer())

    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    call = lambda *what: loop.run_in_executor(None, request, *what)
    offer = peer.localDescription.sdp.encode()
    status, headers, body = await call("POST", arguments.url, arguments.token, offer)
    say(posted=status, authenticate=headers["www-authenticate"])
    if status == 201:
        await peer.setRemoteDescription(RTCSessionDescription(body, "answer"))
        await ended.wait()
        location = urllib.parse.urljoin(arguments.url, headers["location"])
        status, _, _ = await call("DELETE", location, arguments.token)
        say(deleted=status)
    for task in watching:
        task.cancel()
    await peer.close()


asyncio.run(main())
