"""libtorrent over plain TCP between given addresses, nothing else of it.

make FILE TORRENT
seed TORRENT FOLDER ADDRESS PORT    says "ready", and ends when its standard input does
get TORRENT FOLDER ADDRESS:PORT...  ends when the file is whole, and written
"""

import os
import sys

import libtorrent as lt

PIECE = 2**20
PLAINTEXT = 2


def make(file, torrent):
    files = lt.file_storage()
    lt.add_files(files, file)
    made = lt.create_torrent(files, PIECE, flags=lt.create_torrent.v1_only)
    lt.set_piece_hashes(made, os.path.dirname(os.path.abspath(file)))
    with open(torrent, "wb") as out:
        out.write(lt.bencode(made.generate()))


def add(torrent, folder, listen, seeding):
    kinds = lt.alert.category_t
    session = lt.session(
        {
            "listen_interfaces": listen,
            "alert_mask": kinds.status_notification | kinds.error_notification | kinds.storage_notification,
            "enable_dht": False,
            "enable_lsd": False,
            "enable_upnp": False,
            "enable_natpmp": False,
            "enable_outgoing_utp": False,
            "enable_incoming_utp": False,
            "in_enc_policy": PLAINTEXT,
            "out_enc_policy": PLAINTEXT,
            "smooth_connects": False,
            "connection_speed": 200,
            "unchoke_slots_limit": 50,
        }
    )
    wanted = lt.add_torrent_params()
    wanted.ti = lt.torrent_info(torrent)
    wanted.save_path = folder
    wanted.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    if seeding:
        wanted.flags |= lt.torrent_flags.seed_mode
    return session, session.add_torrent(wanted)


def listens(session):
    while True:
        session.wait_for_alert(1000)
        if any(isinstance(alert, lt.listen_succeeded_alert) for alert in session.pop_alerts()):
            return


def seed(torrent, folder, address, port):
    session, _ = add(torrent, folder, f"{address}:{port}", seeding=True)
    listens(session)
    print("ready", flush=True)
    sys.stdin.read()


def get(torrent, folder, *seeds):
    session, handle = add(torrent, folder, "0.0.0.0:0", seeding=False)
    for address in seeds:
        host, port = address.split(":")
        handle.connect_peer((host, int(port)))
    while True:
        session.wait_for_alert(1000)
        for alert in session.pop_alerts():
            # It has finished before the last blocks are written.
            if isinstance(alert, lt.torrent_finished_alert):
                handle.flush_cache()
            if isinstance(alert, lt.cache_flushed_alert) and handle.status().is_finished:
                return


role, *words = sys.argv[1:]
{"make": make, "seed": seed, "get": get}[role](*words)
# Without waiting for what the session would still say to others.
os._exit(0)
