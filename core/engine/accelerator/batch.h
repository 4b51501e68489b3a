/*
 * Many datagrams a system call: recvmmsg and sendmmsg, and many of them a message where the kernel can take a run
 * of datagrams apart (UDP_SEGMENT) and put one together (UDP_GRO). Linux alone; knows nothing of Node.
 *
 * All payload lies in memory of the caller, who says of which datagrams it holds in tables of 32-bit words.
 */
#ifndef RAIN_BATCH_H
#define RAIN_BATCH_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

/* Messages received at a time; each may be a run of datagrams of 64 kB in all. */
#define RECEIVE_SLOTS 32
/* More than a message can have, and no power of two: places that differ by one would share a few lines of a cache. */
#define RECEIVE_SLOT_BYTES (65536 + 21 * 64)
/*
 * Words of the table of what was received: place, bytes in all, bytes of each datagram but the last, and for how long
 * the system has had it, us.
 */
#define RECEIVE_WORDS 4

/* Datagrams sent at a time, and addresses that they may go to. */
#define SEND_MOST 1024
#define DESTINATIONS 1024
/* Words of the table of what is to be sent: index of the destination, place, bytes. */
#define SEND_WORDS 3

struct batch;

union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

/*
 * A socket bound to `address`. `received` has RECEIVE_SLOTS * RECEIVE_SLOT_BYTES bytes; both memories have to outlive
 * it. NULL with errno set when it cannot be had.
 */
struct batch *batch_open(const union address *address, uint8_t *received, uint8_t *to_send, size_t to_send_bytes);
int batch_fd(const struct batch *batch);
/* 0, or -1 with errno set. */
int batch_name(const struct batch *batch, union address *name);
/* Who sent message `index` of the last batch_receive; NULL beyond it. */
const union address *batch_sender(const struct batch *batch, size_t index);
/* Takes what is there, RECEIVE_SLOTS messages at most, and says so in `table`; returns how many messages. */
size_t batch_receive(struct batch *batch, uint32_t *table);
/* Says where destination `index` is; -1 for one beyond the last, or of another family than the socket. */
int batch_set_destination(struct batch *batch, size_t index, const union address *address);
/*
 * Sends the `count` datagrams of `table`. What the system refuses is lost, as datagrams are; what it has no room for
 * at present is moved to the front of the table. Returns how many these are, or -1 when the table names what is not
 * there; then nothing was sent.
 */
int batch_send(struct batch *batch, uint32_t *table, size_t count);
void batch_close(struct batch *batch);

#endif
