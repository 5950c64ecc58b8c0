"""Looks for a way out over the network."""
import socket


def attempt(what, action):
    try:
        print(what + ":", action())
    except OSError as refused:
        print(what + ":", refused.strerror)


def connect(address):
    with socket.create_connection(address, timeout=2) as connection:
        return connection.getpeername()


def loopback():
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()):
            return "works, within the sandbox"


print("interfaces:", [name for _, name in socket.if_nameindex()])
attempt("loopback", loopback)
attempt("an address outside", lambda: connect(("192.0.2.1", 80)))
attempt("a link-local address", lambda: connect(("169.254.169.254", 80)))
attempt("a name", lambda: socket.gethostbyname("host.invalid") and "found")
attempt("raw packets", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))
attempt("packets of the link", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
attempt("the hypervisor", lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM))
attempt("the kernel's cryptography", lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET))
with open("/proc/net/unix") as sockets:
    print("sockets of other processes:", len(sockets.readlines()) - 1)
