"""Isolation of the process that runs a service's code: no network, no writes, no foreign processes.

Linux only and best effort: what the system does not allow is left out and reported. Namespaces
are made here and not by a helper program, so that nothing needs to be installed.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import struct
import sys
from typing import Any

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18

SYS_MOUNT_SETATTR = 442
AT_FDCWD = -100
AT_RECURSIVE = 0x8000
MOUNT_ATTR_RDONLY = 1

SIOCGIFFLAGS = 0x8913
SIOCSIFFLAGS = 0x8914
IFF_UP = 1


def enter(wanted: bool, writable: list[str]) -> dict[str, bool]:
    """Move this process into namespaces of its own where only ``writable`` can be written."""
    done = {"network": False, "processes": False, "files": False}
    if not wanted or not sys.platform.startswith("linux"):
        return done
    libc = ctypes.CDLL(None, use_errno=True)
    if not _unshare(libc):
        return done
    done["network"] = _raise_loopback()
    done["processes"] = True
    _become_child()
    done["files"] = _seal(libc, writable)
    return done


def _unshare(libc: Any) -> bool:
    """Leave the caller's network, mounts, processes; through a user namespace if need be."""
    wanted = CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET
    user, group = os.getuid(), os.getgid()
    if libc.unshare(wanted) == 0:
        return True
    if libc.unshare(wanted | CLONE_NEWUSER) != 0:
        return False
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        try:
            with open(f"/proc/self/{name}", "w", encoding="ascii") as target:
                target.write(text)
        except OSError:
            continue
    return True


def _raise_loopback() -> bool:
    """Bring up ``lo``, the only interface of the new network."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            request = struct.pack("16sH14s", b"lo", 0, b"")
            answer = fcntl.ioctl(control, SIOCGIFFLAGS, request)
            flags = struct.unpack("16sH14s", answer)[1] | IFF_UP
            fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14s", b"lo", flags, b""))
    except OSError:
        return False
    return True


def _become_child() -> None:
    """Continue in a grandchild: the child stays as the namespace's init and reaps orphans."""
    outer = os.fork()
    if outer:
        os._exit(_wait_for(outer))
    inner = os.fork()
    if inner:
        os._exit(_wait_for(inner))


def _wait_for(child: int) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            found, status = os.wait()
        except ChildProcessError:
            return 1
        if found == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _seal(libc: Any, writable: list[str]) -> bool:
    """Make every mount read-only except ``writable`` and a fresh ``/tmp``."""
    hidden = [path for path in (*writable, sys.prefix, sys.base_prefix) if path.startswith("/tmp/")]
    kept = [(path, os.open(path, os.O_PATH)) for path in dict.fromkeys(hidden)]
    if not _mount(libc, None, "/", None, MS_REC | MS_PRIVATE):
        return False
    for path in writable:
        _mount(libc, path, path, None, MS_BIND)
    _mount(libc, "proc", "/proc", "proc", 0)
    fresh = [path for path in ("/tmp", "/dev/shm") if _mount(libc, "tmpfs", path, "tmpfs", 0)]
    if "/tmp" in fresh:
        for path, descriptor in kept:
            os.makedirs(path, exist_ok=True)
            _mount(libc, f"/proc/self/fd/{descriptor}", path, None, MS_BIND | MS_REC)
    for _, descriptor in kept:
        os.close(descriptor)
    if not _set_read_only(libc, "/", True):
        return False
    opened = [_set_read_only(libc, path, False) for path in (*fresh, *writable)]
    return all(opened)


def _mount(libc: Any, source: str | None, target: str, kind: str | None, flags: int) -> bool:
    def text(value: str | None) -> bytes | None:
        return None if value is None else os.fsencode(value)

    return libc.mount(text(source), text(target), text(kind), flags, None) == 0


def _set_read_only(libc: Any, path: str, on: bool) -> bool:
    """Set or clear the read-only attribute: of every mount below ``/``, or of one mount."""
    to_set, to_clear = (MOUNT_ATTR_RDONLY, 0) if on else (0, MOUNT_ATTR_RDONLY)
    attributes = struct.pack("QQQQ", to_set, to_clear, 0, 0)
    flags = AT_RECURSIVE if on else 0
    result = libc.syscall(
        SYS_MOUNT_SETATTR,
        AT_FDCWD,
        os.fsencode(path),
        ctypes.c_uint(flags),
        attributes,
        ctypes.c_size_t(len(attributes)),
    )
    return result == 0
