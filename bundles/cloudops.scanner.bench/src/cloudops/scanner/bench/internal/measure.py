"""Runs a command and prints what it took: measure.py FILE COMMAND…; the command's output goes to the file."""
import json
import resource
import subprocess
import sys
import time

start = time.monotonic()
with open(sys.argv[1], "wb") as out, open(sys.argv[1] + ".err", "wb") as err:
    code = subprocess.call(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=out, stderr=err)
seconds = time.monotonic() - start
# of the largest process among all that were started; Linux has it in KiB
used = resource.getrusage(resource.RUSAGE_CHILDREN)
json.dump({"exit": code, "seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}, sys.stdout)
