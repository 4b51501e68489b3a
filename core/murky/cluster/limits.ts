/** Sizes, times (ms) and bounds of a cluster; what a stranger can make a node keep follows from them. */

/** Largest datagram between members: one always fits the node's channel. */
export const MAX_MEMBER_DATAGRAM = 1152;

/** How far ahead of the clock of the cluster a version may be and still be believed. */
export const MAX_AHEAD = 3_600_000;
/** How long tombstones are kept. A node that was away longer asks before it speaks (returning.ts). */
export const RETENTION = 30 * 86_400_000;
/** How often tombstones are collected and versions from the future stamped anew. */
export const SWEEP_EVERY = 60_000;
/** Records taken up in one sweep; when there are more, the next comes a second later. */
export const SWEEP_BATCH = 256;

/** Peers that a node calls, 3 KB each without their outboxes. */
export const MAX_PEERS = 64;
/** Nodes that call this one, 300 bytes each. */
export const MAX_VISITORS = 256;
/** Records heard of and not kept yet, about 1 KB each. */
export const MAX_WANTED = 4096;
/** Of those, how many the host is asked to fetch at a time. */
export const MAX_FETCHING = 32;
/** Nodes remembered to have the content of one record. */
export const MAX_HOLDERS = 16;
/** Ids waiting to be told to one peer, 50 bytes each. What does not fit is found when the two compare. */
export const MAX_OUTBOX = 1024;
/** Attempts to fetch a record before it is forgotten, until a peer names it again. */
export const MAX_ATTEMPTS = 8;

/** How often two nodes compare what they have, and the least and most time after they were found to differ. */
export const COMPARE_EVERY = 30_000;
export const COMPARE_AGAIN = 2000;
/** How often a peer is asked for its clock and its peers: at first, and later. */
export const FIRST_PEERS = 4000;
export const PEERS_EVERY = 120_000;
/** What a node tells on it also tells this many of those who were told already, so that no one loss cuts a node off. */
export const GOSSIP = 2;
/** What a node tells on waits for up to this for each peer, so that one of two tells the other and not both. */
export const SPREAD = 10;
/** Requests under way to one peer. */
export const MAX_UNDER_WAY = 4;
/** First and longest wait for an answer. */
export const FIRST_TIMEOUT = 400;
export const LONGEST_TIMEOUT = 5000;
/** Requests in a row without an answer after which a peer counts as away. */
export const MAX_UNANSWERED = 4;
/** First and longest wait before a peer that is away is greeted again. */
export const FIRST_GREETING = 500;
export const LONGEST_GREETING = 30_000;
/** How long a visitor that says nothing is remembered. */
export const VISIT = 180_000;
/** How long a cookie may take to come back. */
export const COOKIE_LIFE = 30_000;
/** First and longest wait before a fetch that failed is tried again. */
export const FIRST_REFETCH = 1000;
export const LONGEST_REFETCH = 60_000;
/** A node that was away too long waits for a peer that was not for this, from the first that answers. */
export const RETURN_PATIENCE = 600_000;
