/*
 * link: a link of the laboratory, between two network namespaces.
 *
 *   link NS_A IF_A NS_B IF_B RATE DELAY LOSS BURST LATE LATENESS QUEUE SEED
 *
 * Makes a TUN device in each namespace and carries IP packets between them. Each direction is a link of its own:
 * loss, then a rate with a queue that drops its tail, then a delay.
 *
 *   RATE      Mbit/s of IP bytes; 0: unlimited
 *   DELAY     ms, one way
 *   LOSS      % of packets, in all
 *   BURST     packets that are lost in a row on average; 1: each on its own
 *   LATE      % of packets that come later still, and so out of order
 *   LATENESS  ms that those are late, at most
 *   QUEUE     ms that a packet may wait for the rate; 64 kB at least
 *   SEED      of what is random
 *
 * Prints "ready" when both devices are there. They vanish with the process, which ends with its standard input.
 * A line there is a new RATE, or is empty. The answer is a line with what has come from B so far:
 *
 *   MS WAIT [PORT SENT CARRIED]...
 *
 *   MS        on a clock of its own
 *   WAIT      ms that a packet had to wait for the rate since the line before, at most
 *   PORT      in B, of UDP or TCP; 0: something else
 *   SENT      bytes of IP that came from it
 *   CARRIED   bytes of them that were not lost
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* Packets on their way in one direction: a second of 190 Mbit/s. */
#define MOST 16384
/* More than the MTU of a TUN device. */
#define PACKET 1600
/* Packets taken from a device before the other one has its turn. */
#define AT_ONCE 64
/* Ports whose bytes are counted; later ones count as the last. */
#define FLOWS 32
#define NEVER UINT64_MAX

struct flight {
  uint64_t due; /* ns */
  uint64_t number; /* of those due at the same time the first goes first */
  uint32_t slot;
  uint32_t bytes;
};

struct flow {
  uint16_t port;
  uint64_t sent, carried; /* bytes */
};

struct direction {
  int from, to;
  double ns_per_byte, loss, enter_burst, leave_burst, late;
  uint64_t delay, lateness, queue, seed; /* ns but for the seed */
  bool in_burst;
  uint64_t free_at; /* when the last packet will have left the queue, ns */
  uint64_t taken;
  struct flight heap[MOST];
  uint32_t count;
  uint32_t free_slots[MOST];
  uint8_t (*packets)[PACKET];
  uint64_t longest_wait; /* ns */
  struct flow flows[FLOWS];
  uint32_t flow_count;
};

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* At least 0 and less than 1 (xorshift64*). */
static double chance(struct direction *d) {
  d->seed ^= d->seed >> 12;
  d->seed ^= d->seed << 25;
  d->seed ^= d->seed >> 27;
  return (double)((d->seed * 0x2545F4914F6CDD1Du) >> 11) / 9007199254740992.0;
}

static bool is_lost(struct direction *d) {
  if (d->enter_burst == 0) return chance(d) < d->loss;
  d->in_burst = chance(d) < (d->in_burst ? 1 - d->leave_burst : d->enter_burst);
  return d->in_burst;
}

static bool is_before(const struct flight *a, const struct flight *b) {
  return a->due != b->due ? a->due < b->due : a->number < b->number;
}

static void push(struct direction *d, struct flight flight) {
  uint32_t at = d->count++;
  for (; at > 0 && is_before(&flight, &d->heap[(at - 1) / 2]); at = (at - 1) / 2) d->heap[at] = d->heap[(at - 1) / 2];
  d->heap[at] = flight;
}

static void drop_first(struct direction *d) {
  struct flight last = d->heap[--d->count];
  uint32_t at = 0;
  for (uint32_t child = 1; child < d->count; child = 2 * at + 1) {
    if (child + 1 < d->count && is_before(&d->heap[child + 1], &d->heap[child])) child++;
    if (!is_before(&d->heap[child], &last)) break;
    d->heap[at] = d->heap[child];
    at = child;
  }
  d->heap[at] = last;
}

/* Of the sender, by UDP or TCP over IPv4. */
static uint16_t port_of(const uint8_t *packet) {
  if (packet[0] >> 4 != 4 || (packet[9] != IPPROTO_UDP && packet[9] != IPPROTO_TCP)) return 0;
  const uint8_t *port = packet + (packet[0] & 15) * 4;
  return (uint16_t)(port[0] << 8 | port[1]);
}

static struct flow *flow_of(struct direction *d, const uint8_t *packet) {
  uint16_t port = port_of(packet);
  for (uint32_t i = 0; i < d->flow_count; i++)
    if (d->flows[i].port == port) return &d->flows[i];
  if (d->flow_count < FLOWS) d->flows[d->flow_count++].port = port;
  return &d->flows[d->flow_count - 1];
}

static void take(struct direction *d) {
  static uint8_t spill[PACKET];
  uint64_t t = now();
  for (int i = 0; i < AT_ONCE; i++) {
    bool full = d->count == MOST;
    uint32_t slot = full ? 0 : d->free_slots[d->count];
    uint8_t *packet = full ? spill : d->packets[slot];
    ssize_t bytes = read(d->from, packet, PACKET);
    if (bytes <= 0) return;
    struct flow *flow = flow_of(d, packet);
    flow->sent += (uint64_t)bytes;
    if (is_lost(d) || full) continue;
    uint64_t leaves = d->free_at > t ? d->free_at : t;
    if (leaves - t > d->queue) continue;
    if (leaves - t > d->longest_wait) d->longest_wait = leaves - t;
    flow->carried += (uint64_t)bytes;
    leaves += (uint64_t)((double)bytes * d->ns_per_byte);
    d->free_at = leaves;
    uint64_t due = leaves + d->delay;
    if (chance(d) < d->late) due += (uint64_t)(chance(d) * (double)d->lateness);
    push(d, (struct flight){due, d->taken++, slot, (uint32_t)bytes});
  }
}

/* Hands over what is due; returns when the next is. */
static uint64_t give(struct direction *d) {
  uint64_t t = now();
  while (d->count > 0) {
    struct flight first = d->heap[0];
    if (first.due > t) return first.due;
    if (write(d->to, d->packets[first.slot], first.bytes) < 0 && errno != EIO) perror("write");
    drop_first(d);
    d->free_slots[d->count] = first.slot;
  }
  return NEVER;
}

/* What waits leaves at the new rate, too, and the queue holds as many bytes as before. */
static void change_rate(struct direction *d, double rate) {
  uint64_t t = now();
  double slower = 8000 / rate / d->ns_per_byte;
  for (uint32_t i = 0; i < d->count; i++) {
    uint64_t leaves = d->heap[i].due - d->delay;
    if (leaves > t) d->heap[i].due = t + (uint64_t)((double)(leaves - t) * slower) + d->delay;
  }
  if (d->free_at > t) d->free_at = t + (uint64_t)((double)(d->free_at - t) * slower);
  d->ns_per_byte *= slower;
  d->queue = (uint64_t)((double)d->queue * slower);
}

static void report(struct direction *d) {
  printf("%.1f %.2f", (double)now() / 1e6, (double)d->longest_wait / 1e6);
  for (struct flow *flow = d->flows; flow < d->flows + d->flow_count; flow++)
    printf(" %u %" PRIu64 " %" PRIu64, flow->port, flow->sent, flow->carried);
  puts("");
  fflush(stdout);
  d->longest_wait = 0;
}

static int device(const char *namespace, const char *name) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", namespace);
  int net = open(path, O_RDONLY | O_CLOEXEC);
  if (net < 0 || setns(net, CLONE_NEWNET) != 0) fail(path);
  close(net);
  int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (tun < 0) fail("/dev/net/tun");
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (ioctl(tun, TUNSETIFF, &request) != 0) fail(name);
  return tun;
}

static struct direction *direction(int from, int to, char **numbers, uint64_t salt) {
  struct direction *d = calloc(1, sizeof *d);
  if (d == NULL || (d->packets = calloc(MOST, PACKET)) == NULL) fail("memory");
  double rate = atof(numbers[0]), burst = atof(numbers[3]);
  d->from = from;
  d->to = to;
  d->ns_per_byte = rate > 0 ? 8000 / rate : 0;
  d->delay = (uint64_t)(atof(numbers[1]) * 1e6);
  d->loss = atof(numbers[2]) / 100;
  if (burst > 1) {
    d->leave_burst = 1 / burst;
    d->enter_burst = d->loss * d->leave_burst / (1 - d->loss);
  }
  d->late = atof(numbers[4]) / 100;
  d->lateness = (uint64_t)(atof(numbers[5]) * 1e6);
  double queue = atof(numbers[6]) * 1e6, least = 64000 * d->ns_per_byte;
  d->queue = (uint64_t)(queue > least ? queue : least);
  d->seed = (strtoull(numbers[7], NULL, 10) * 2 + salt) * 0x9E3779B97F4A7C15u | 1;
  for (uint32_t i = 0; i < MOST; i++) d->free_slots[i] = i;
  return d;
}

int main(int count, char **words) {
  if (count != 13) {
    fprintf(stderr, "usage: link NS_A IF_A NS_B IF_B RATE DELAY LOSS BURST LATE LATENESS QUEUE SEED\n");
    return 2;
  }
  /* The network must not wait for the programs that are measured, and its timers must be exact. */
  prctl(PR_SET_TIMERSLACK, 1000);
  struct sched_param priority = {.sched_priority = 1};
  if (sched_setscheduler(0, SCHED_RR, &priority) != 0) perror("link: without priority");
  int a = device(words[1], words[2]), b = device(words[3], words[4]);
  struct direction *ways[] = {direction(a, b, words + 5, 0), direction(b, a, words + 5, 1)};
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), events = epoll_create1(0);
  int watched[] = {a, b, timer, STDIN_FILENO};
  for (int i = 0; i < 4; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    if (epoll_ctl(events, EPOLL_CTL_ADD, watched[i], &event) != 0) fail("epoll_ctl");
  }
  puts("ready");
  fflush(stdout);
  for (uint64_t armed = NEVER;;) {
    struct epoll_event happened[4];
    int n = epoll_wait(events, happened, 4, -1);
    if (n < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < n; i++) {
      uint32_t which = happened[i].data.u32;
      if (which == 3) {
        char line[32] = {0};
        if (read(STDIN_FILENO, line, sizeof line - 1) <= 0) return 0;
        double rate = atof(line);
        if (rate > 0)
          for (int way = 0; way < 2; way++) change_rate(ways[way], rate);
        report(ways[1]);
      } else if (which < 2) take(ways[which]);
      else {
        uint64_t expirations;
        if (read(timer, &expirations, sizeof expirations) > 0) armed = NEVER;
      }
    }
    uint64_t first = give(ways[0]), second = give(ways[1]);
    uint64_t next = first < second ? first : second;
    if (next == NEVER || next == armed) continue;
    struct itimerspec at = {.it_value = {(time_t)(next / 1000000000u), (long)(next % 1000000000u)}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
    armed = next;
  }
}
