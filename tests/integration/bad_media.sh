#!/bin/sh
# Peers that break the rules of a media socket, against the real server.
# B is the build folder.
exec python3 "$(dirname "$0")/bad_media.py"
