"""A camera for tests: gst-rtsp-server with one stream at /cam.

One argument, JSON, every field optional:
  port         0: any free one
  codec        h264, h265, vp8, jpeg
  width, height, rate
  pixelAspect  such as "2/1": samples that are not square
  interval     pictures from one keyframe to the next
  setsInSdp    h264: parameter sets in the SDP only
  keyframes    false: no keyframe is ever sent
  sampling     jpeg: "420" or "422"
  auth         "basic" or "digest", user "cam" with password "p@ss:word"
  transport    "tcp" or "udp": the other one is refused with 461

It writes "ready PORT" and runs until it is killed. Run it with the system's Python, which has the bindings.
"""

import json
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

Gst.init(None)
options = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}


def option(name, normal):
    return options.get(name, normal)


codec = option("codec", "h264")
interval = option("interval", 25)
rate = option("rate", 25)
sampling = {"420": "I420", "422": "Y42B"}[option("sampling", "420")]
sdp_only = option("setsInSdp", False) or not option("keyframes", True)

source = (
    "videotestsrc is-live=true pattern=smpte100 ! video/x-raw,format=%s,width=%d,height=%d,framerate=%d/1,pixel-aspect-ratio=%s"
    % (sampling, option("width", 640), option("height", 360), rate, option("pixelAspect", "1/1"))
)
encoders = {
    "h264": "x264enc name=encoder tune=zerolatency speed-preset=veryfast bitrate=600 key-int-max=%d ! "
    "video/x-h264,profile=high,stream-format=%s ! rtph264pay name=pay0 pt=96 config-interval=%d"
    % (interval, "avc" if sdp_only else "byte-stream", 0 if sdp_only else -1),
    "h265": "x265enc name=encoder tune=zerolatency speed-preset=ultrafast bitrate=600 key-int-max=%d ! "
    "rtph265pay name=pay0 pt=96 config-interval=-1" % interval,
    "vp8": "vp8enc name=encoder deadline=1 cpu-used=8 target-bitrate=600000 keyframe-max-dist=%d ! rtpvp8pay name=pay0 pt=96"
    % interval,
    "jpeg": "jpegenc name=encoder quality=80 ! rtpjpegpay name=pay0 pt=26",
}


def drop_keyframes(_factory, media):
    def probe(_pad, info):
        is_delta = info.get_buffer().has_flags(Gst.BufferFlags.DELTA_UNIT)
        return Gst.PadProbeReturn.OK if is_delta else Gst.PadProbeReturn.DROP

    pad = media.get_element().get_by_name("encoder").get_static_pad("src")
    pad.add_probe(Gst.PadProbeType.BUFFER, probe)


factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch("( %s ! %s )" % (source, encoders[codec]))
if not option("keyframes", True):
    factory.connect("media-configure", drop_keyframes)
transports = {"tcp": GstRtsp.RTSPLowerTrans.TCP, "udp": GstRtsp.RTSPLowerTrans.UDP}
if "transport" in options:
    factory.set_protocols(transports[options["transport"]])

server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(str(option("port", 0)))
if "auth" in options:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    user, password = "cam", "p@ss:word"
    if options["auth"] == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)
    role = Gst.Structure.new_from_string(
        "viewer,media.factory.access=(boolean)true,media.factory.construct=(boolean)true;"
    )
    factory.add_role_from_structure(role)
server.get_mount_points().add_factory("/cam", factory)
server.attach(None)
print("ready", server.get_bound_port(), flush=True)
GLib.MainLoop().run()
