#define _GNU_SOURCE
#include "batch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* Of linux/udp.h, which older C libraries do not have. */
#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

/* What the kernel puts into one run: UDP_MAX_SEGMENTS of its first versions, and what an IPv4 packet holds. */
#define RUN_MOST 64
#define RUN_BYTES 65507
/* Kernel buffers, bytes; the system may give less. */
#define BUFFER_BYTES (4 * 1024 * 1024)

union control {
  struct cmsghdr align;
  uint8_t bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct timespec))];
};

struct destination {
  union address address;
  socklen_t length;
  /* Runs do not get through to it: a device that cannot, or datagrams larger than it takes. */
  bool is_plain;
  /* The run that its next datagram may join, and in which batch_send that was. */
  uint32_t call;
  uint32_t run;
};

/* Datagrams to one destination, all as long as the first but for the last, which may be shorter. */
struct run {
  uint32_t destination;
  uint32_t segment;
  uint32_t bytes;
  uint32_t count;
  bool is_complete;
};

struct batch {
  int fd;
  sa_family_t family;
  uint8_t *received;
  const uint8_t *to_send;
  size_t to_send_bytes;

  /* When nothing was left to be received, us: what is there now came later. */
  int64_t emptied_at;
  size_t received_count;
  struct mmsghdr in[RECEIVE_SLOTS];
  struct iovec in_parts[RECEIVE_SLOTS];
  union control in_control[RECEIVE_SLOTS];
  union address senders[RECEIVE_SLOTS];

  uint32_t call;
  struct destination destinations[DESTINATIONS];
  struct run runs[SEND_MOST];
  /* The run of each datagram. */
  uint32_t run_of[SEND_MOST];
  struct mmsghdr out[SEND_MOST];
  struct iovec out_parts[SEND_MOST];
  union control out_control[SEND_MOST];
};

/* us */
static int64_t time_by(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static socklen_t length_of(const union address *address) {
  return address->any.sa_family == AF_INET ? sizeof(address->v4) : sizeof(address->v6);
}

struct batch *batch_open(const union address *address, uint8_t *received, uint8_t *to_send, size_t to_send_bytes) {
  struct batch *batch = calloc(1, sizeof(*batch));
  if (batch == NULL) return NULL;
  batch->family = address->any.sa_family;
  batch->received = received;
  batch->to_send = to_send;
  batch->to_send_bytes = to_send_bytes;
  batch->emptied_at = time_by(CLOCK_MONOTONIC);
  batch->fd = socket(batch->family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (batch->fd < 0) {
    free(batch);
    return NULL;
  }
  const int on = 1;
  const int bytes = BUFFER_BYTES;
  const bool is_separate = batch->family != AF_INET6 ||
                           setsockopt(batch->fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == 0;
  if (!is_separate || bind(batch->fd, &address->any, length_of(address)) != 0) {
    const int error = errno;
    batch_close(batch);
    errno = error;
    return NULL;
  }
  /* Where one of these is refused it is slower, no more. */
  (void)setsockopt(batch->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
  (void)setsockopt(batch->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
  (void)setsockopt(batch->fd, SOL_UDP, UDP_GRO, &on, sizeof(on));
  /* Or less is known of the path while this thread waits for a processor. */
  (void)setsockopt(batch->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
  return batch;
}

int batch_fd(const struct batch *batch) { return batch->fd; }

int batch_name(const struct batch *batch, union address *name) {
  socklen_t length = sizeof(*name);
  memset(name, 0, sizeof(*name));
  return getsockname(batch->fd, &name->any, &length);
}

const union address *batch_sender(const struct batch *batch, size_t index) {
  return index < batch->received_count ? &batch->senders[index] : NULL;
}

/* Copies what the kernel says of a message; false when it does not say it. */
static bool is_told(struct msghdr *message, int level, int type, void *value, size_t bytes) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
    if (c->cmsg_level != level || c->cmsg_type != type || c->cmsg_len < CMSG_LEN(bytes)) continue;
    memcpy(value, CMSG_DATA(c), bytes);
    return true;
  }
  return false;
}

/* Bytes of each datagram of a message; 0 when it is a single one. */
static uint32_t segment_of(struct msghdr *message) {
  int segment;
  return is_told(message, SOL_UDP, UDP_GRO, &segment, sizeof(segment)) && segment > 0 ? (uint32_t)segment : 0;
}

/*
 * For how long the system has had a message, us; 0 when it does not say. Its clock is that of the day, which may be set:
 * `most` is by one that is not.
 */
static uint32_t waited_of(struct msghdr *message, int64_t now, int64_t most) {
  struct timespec came;
  if (!is_told(message, SOL_SOCKET, SCM_TIMESTAMPNS, &came, sizeof(came))) return 0;
  const int64_t waited = now - ((int64_t)came.tv_sec * 1000000 + came.tv_nsec / 1000);
  if (waited <= 0) return 0;
  return (uint32_t)(waited < most ? waited : most);
}

size_t batch_receive(struct batch *batch, uint32_t *table) {
  for (size_t i = 0; i < RECEIVE_SLOTS; i++) {
    batch->in_parts[i] = (struct iovec){
        .iov_base = batch->received + i * RECEIVE_SLOT_BYTES,
        .iov_len = RECEIVE_SLOT_BYTES,
    };
    batch->in[i].msg_hdr = (struct msghdr){
        .msg_name = &batch->senders[i],
        .msg_namelen = sizeof(batch->senders[i]),
        .msg_iov = &batch->in_parts[i],
        .msg_iovlen = 1,
        .msg_control = &batch->in_control[i],
        .msg_controllen = sizeof(batch->in_control[i]),
    };
  }
  int count;
  do count = recvmmsg(batch->fd, batch->in, RECEIVE_SLOTS, MSG_DONTWAIT, NULL);
  while (count < 0 && errno == EINTR);
  /* An error that another datagram left behind (ICMP) is gone when it has been told. */
  batch->received_count = count > 0 ? (size_t)count : 0;
  const int64_t today = time_by(CLOCK_REALTIME), now = time_by(CLOCK_MONOTONIC);
  const int64_t most = now - batch->emptied_at;
  if (batch->received_count < RECEIVE_SLOTS) batch->emptied_at = now;
  for (size_t i = 0; i < batch->received_count; i++) {
    const uint32_t bytes = batch->in[i].msg_len;
    const uint32_t segment = segment_of(&batch->in[i].msg_hdr);
    table[i * RECEIVE_WORDS] = (uint32_t)(i * RECEIVE_SLOT_BYTES);
    table[i * RECEIVE_WORDS + 1] = bytes;
    table[i * RECEIVE_WORDS + 2] = segment == 0 || segment > bytes ? bytes : segment;
    table[i * RECEIVE_WORDS + 3] = waited_of(&batch->in[i].msg_hdr, today, most);
  }
  return batch->received_count;
}

int batch_set_destination(struct batch *batch, size_t index, const union address *address) {
  if (index >= DESTINATIONS || address->any.sa_family != batch->family) return -1;
  batch->destinations[index] = (struct destination){.address = *address, .length = length_of(address)};
  return 0;
}

static bool is_sound(const struct batch *batch, const uint32_t *table, size_t count) {
  if (count > SEND_MOST) return false;
  for (size_t i = 0; i < count; i++) {
    const uint32_t *entry = &table[i * SEND_WORDS];
    if (entry[0] >= DESTINATIONS || batch->destinations[entry[0]].length == 0) return false;
    if (entry[1] > batch->to_send_bytes || entry[2] > batch->to_send_bytes - entry[1]) return false;
  }
  return true;
}

static bool joins(const struct destination *to, const struct run *run, uint32_t bytes) {
  return !to->is_plain && !run->is_complete && bytes > 0 && bytes <= run->segment && run->count < RUN_MOST &&
         run->bytes + bytes <= RUN_BYTES;
}

/* Finds the run of every datagram; returns how many runs there are. Those of a destination keep their order. */
static size_t find_runs(struct batch *batch, const uint32_t *table, size_t count) {
  size_t runs = 0;
  batch->call++;
  for (size_t i = 0; i < count; i++) {
    const uint32_t *entry = &table[i * SEND_WORDS];
    struct destination *to = &batch->destinations[entry[0]];
    const bool has_run = to->call == batch->call;
    if (!has_run || !joins(to, &batch->runs[to->run], entry[2])) {
      to->call = batch->call;
      to->run = (uint32_t)runs;
      batch->runs[runs++] = (struct run){.destination = entry[0], .segment = entry[2]};
    }
    struct run *run = &batch->runs[to->run];
    run->bytes += entry[2];
    run->count++;
    run->is_complete = entry[2] < run->segment;
    batch->run_of[i] = to->run;
  }
  return runs;
}

static void mark_segments(struct msghdr *message, union control *control, uint32_t segment) {
  message->msg_control = control;
  message->msg_controllen = CMSG_SPACE(sizeof(uint16_t));
  struct cmsghdr *c = CMSG_FIRSTHDR(message);
  c->cmsg_level = SOL_UDP;
  c->cmsg_type = UDP_SEGMENT;
  c->cmsg_len = CMSG_LEN(sizeof(uint16_t));
  const uint16_t size = (uint16_t)segment;
  memcpy(CMSG_DATA(c), &size, sizeof(size));
}

/* Makes a message of every run. */
static void make_messages(struct batch *batch, const uint32_t *table, size_t count, size_t runs) {
  struct iovec *parts = batch->out_parts;
  for (size_t r = 0; r < runs; r++) {
    struct run *run = &batch->runs[r];
    struct destination *to = &batch->destinations[run->destination];
    struct msghdr *message = &batch->out[r].msg_hdr;
    *message = (struct msghdr){.msg_name = &to->address, .msg_namelen = to->length, .msg_iov = parts};
    if (run->count > 1) mark_segments(message, &batch->out_control[r], run->segment);
    parts += run->count;
  }
  for (size_t i = 0; i < count; i++) {
    const uint32_t *entry = &table[i * SEND_WORDS];
    struct msghdr *message = &batch->out[batch->run_of[i]].msg_hdr;
    uint8_t *at = (uint8_t *)batch->to_send + entry[1];
    struct iovec *last = message->msg_iovlen > 0 ? &message->msg_iov[message->msg_iovlen - 1] : NULL;
    if (last != NULL && (uint8_t *)last->iov_base + last->iov_len == at) last->iov_len += entry[2];
    else message->msg_iov[message->msg_iovlen++] = (struct iovec){.iov_base = at, .iov_len = entry[2]};
  }
}

/*
 * Sends the datagrams of a run one by one; where they get through like that, those of all later calls to that
 * destination, too. Where they do not, it was no fault of the run: a route may be lost for a moment.
 */
static void send_plainly(struct batch *batch, const uint32_t *table, size_t count, size_t run) {
  struct destination *to = &batch->destinations[batch->runs[run].destination];
  for (size_t i = 0; i < count; i++) {
    if (batch->run_of[i] != run) continue;
    const uint32_t *entry = &table[i * SEND_WORDS];
    const ssize_t sent = sendto(batch->fd, batch->to_send + entry[1], entry[2], MSG_DONTWAIT | MSG_NOSIGNAL,
                                &to->address.any, to->length);
    if (sent >= 0) to->is_plain = true;
  }
}

/* Moves the datagrams of the runs from `first` on to the front; returns how many these are. */
static int keep_from(struct batch *batch, uint32_t *table, size_t count, size_t first) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    if (batch->run_of[i] < first) continue;
    memmove(&table[kept * SEND_WORDS], &table[i * SEND_WORDS], SEND_WORDS * sizeof(*table));
    kept++;
  }
  return (int)kept;
}

int batch_send(struct batch *batch, uint32_t *table, size_t count) {
  if (!is_sound(batch, table, count)) return -1;
  const size_t runs = find_runs(batch, table, count);
  make_messages(batch, table, count, runs);
  for (size_t done = 0; done < runs;) {
    const int sent = sendmmsg(batch->fd, &batch->out[done], (unsigned int)(runs - done), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) {
      done += (size_t)sent;
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) return keep_from(batch, table, count, done);
    if (batch->runs[done].count > 1) send_plainly(batch, table, count, done);
    done++;
  }
  return 0;
}

void batch_close(struct batch *batch) {
  if (batch->fd >= 0) close(batch->fd);
  free(batch);
}
