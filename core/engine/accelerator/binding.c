/*
 * What JavaScript sees of batch.c: a class `Socket`. It is read when the event loop of its thread says so, calls
 * back once for all that was there, and sends what a table names with one call.
 */
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include <node_api.h>
#include <uv.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"

/* Full batches taken in one turn of the event loop, so that timers and other sockets are not kept waiting. */
#define BATCHES_A_TURN 4
/* Digest of the sources; the build gives it. */
#ifndef SOURCE
#define SOURCE ""
#endif
#define HOST_BYTES 80

static const napi_type_tag SOCKET_TAG = {0x8f1c5a0e72d94b36, 0xa3d06e11f5b2487c};

struct socket {
  napi_env env;
  /* NULL once it is closed. */
  struct batch *batch;
  uv_poll_t poll;
  uint32_t *received;
  uint32_t *to_send;
  /* The object itself, so that it lives while the socket is open; what it calls, and the memory it uses. */
  napi_ref self;
  napi_ref receive;
  napi_ref memory[4];
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
  /* It is freed when the event loop and the collector are both done with it. */
  bool is_closed;
  bool is_collected;
};

static void free_if_unused(struct socket *socket) {
  if (socket->is_closed && socket->is_collected) free(socket);
}

static void collected(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  struct socket *socket = data;
  socket->is_collected = true;
  free_if_unused(socket);
}

static void release(struct socket *socket) {
  napi_env env = socket->env;
  napi_delete_reference(env, socket->receive);
  for (size_t i = 0; i < 4; i++) napi_delete_reference(env, socket->memory[i]);
  napi_async_destroy(env, socket->context);
  /* Last: from here on it may be collected. */
  napi_delete_reference(env, socket->self);
}

static void closed(uv_handle_t *handle) {
  struct socket *socket = handle->data;
  napi_handle_scope scope;
  napi_open_handle_scope(socket->env, &scope);
  release(socket);
  napi_close_handle_scope(socket->env, scope);
  napi_remove_async_cleanup_hook(socket->cleanup);
  socket->is_closed = true;
  free_if_unused(socket);
}

static void close_socket(struct socket *socket) {
  if (socket->batch == NULL) return;
  uv_close((uv_handle_t *)&socket->poll, closed);
  batch_close(socket->batch);
  socket->batch = NULL;
}

/* The thread ends with the socket open. */
static void clean_up(napi_async_cleanup_hook_handle handle, void *data) {
  (void)handle;
  close_socket(data);
}

static void tell(struct socket *socket, size_t count) {
  napi_env env = socket->env;
  napi_handle_scope scope;
  napi_open_handle_scope(env, &scope);
  napi_value self, receive, argument, result;
  if (napi_get_reference_value(env, socket->self, &self) == napi_ok &&
      napi_get_reference_value(env, socket->receive, &receive) == napi_ok &&
      napi_create_uint32(env, (uint32_t)count, &argument) == napi_ok &&
      napi_make_callback(env, socket->context, self, receive, 1, &argument, &result) == napi_pending_exception) {
    napi_value error;
    if (napi_get_and_clear_last_exception(env, &error) == napi_ok) napi_fatal_exception(env, error);
  }
  napi_close_handle_scope(env, scope);
}

static void readable(uv_poll_t *poll, int status, int events) {
  (void)events;
  struct socket *socket = poll->data;
  /* An error that waits in the socket stops the watching; it goes when it is read. */
  if (status < 0 && socket->batch != NULL) uv_poll_start(poll, UV_READABLE, readable);
  for (int i = 0; i < BATCHES_A_TURN && socket->batch != NULL; i++) {
    const size_t count = batch_receive(socket->batch, socket->received);
    if (count > 0) tell(socket, count);
    if (count < RECEIVE_SLOTS) return;
  }
}

static napi_value throw_errno(napi_env env, int error) {
  napi_throw_error(env, uv_err_name(-error), uv_strerror(-error));
  return NULL;
}

static napi_value throw_type(napi_env env, const char *message) {
  napi_throw_type_error(env, NULL, message);
  return NULL;
}

/* False when it is no literal of an address. */
static bool read_address(napi_env env, napi_value host, napi_value port, union address *address) {
  char text[HOST_BYTES];
  size_t length;
  uint32_t number;
  if (napi_get_value_string_utf8(env, host, text, sizeof(text), &length) != napi_ok) return false;
  if (napi_get_value_uint32(env, port, &number) != napi_ok || number > 65535) return false;
  memset(address, 0, sizeof(*address));
  if (strchr(text, ':') == NULL) return uv_ip4_addr(text, (int)number, &address->v4) == 0;
  return uv_ip6_addr(text, (int)number, &address->v6) == 0;
}

/* The memory of a typed array of at least `least` elements; NULL when it is another thing. */
static void *elements_of(napi_env env, napi_value value, napi_typedarray_type type, size_t least, size_t *count) {
  napi_typedarray_type actual;
  void *data;
  bool is_typed_array;
  if (napi_is_typedarray(env, value, &is_typed_array) != napi_ok || !is_typed_array) return NULL;
  if (napi_get_typedarray_info(env, value, &actual, count, &data, NULL, NULL) != napi_ok) return NULL;
  return actual == type && *count >= least ? data : NULL;
}

static bool start(napi_env env, struct socket *socket) {
  uv_loop_t *loop;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return false;
  if (uv_poll_init(loop, &socket->poll, batch_fd(socket->batch)) != 0) return false;
  socket->poll.data = socket;
  uv_poll_start(&socket->poll, UV_READABLE, readable);
  return true;
}

static void hold(napi_env env, struct socket *socket, napi_value self, const napi_value *arguments) {
  napi_value name;
  napi_create_string_utf8(env, "DatagramBatch", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, NULL, name, &socket->context);
  napi_create_reference(env, self, 1, &socket->self);
  napi_create_reference(env, arguments[6], 1, &socket->receive);
  for (size_t i = 0; i < 4; i++) napi_create_reference(env, arguments[2 + i], 1, &socket->memory[i]);
  napi_add_async_cleanup_hook(env, clean_up, socket, &socket->cleanup);
}

/* new Socket(host, port, received, receivedTable, toSend, toSendTable, receive) */
static napi_value construct(napi_env env, napi_callback_info info) {
  napi_value self, argument[7];
  size_t given = 7;
  napi_get_cb_info(env, info, &given, argument, &self, NULL);
  napi_value target = NULL;
  napi_get_new_target(env, info, &target);
  union address address;
  if (target == NULL || given < 7 || !read_address(env, argument[0], argument[1], &address)) {
    return throw_type(env, "an address is a literal and a port");
  }
  size_t count, send_bytes;
  napi_valuetype kind;
  uint8_t *received = elements_of(env, argument[2], napi_uint8_array, RECEIVE_SLOTS * RECEIVE_SLOT_BYTES, &count);
  uint32_t *received_table = elements_of(env, argument[3], napi_uint32_array, RECEIVE_SLOTS * RECEIVE_WORDS, &count);
  uint8_t *to_send = elements_of(env, argument[4], napi_uint8_array, 1, &send_bytes);
  uint32_t *send_table = elements_of(env, argument[5], napi_uint32_array, SEND_MOST * SEND_WORDS, &count);
  const bool is_function = napi_typeof(env, argument[6], &kind) == napi_ok && kind == napi_function;
  if (received == NULL || received_table == NULL || to_send == NULL || send_table == NULL || !is_function) {
    return throw_type(env, "a socket wants memory for what it receives and sends, and a function");
  }
  struct socket *socket = calloc(1, sizeof(*socket));
  if (socket == NULL) return throw_errno(env, ENOMEM);
  socket->env = env;
  socket->received = received_table;
  socket->to_send = send_table;
  socket->batch = batch_open(&address, received, to_send, send_bytes);
  if (socket->batch == NULL || !start(env, socket)) {
    const int error = socket->batch == NULL ? errno : EIO;
    if (socket->batch != NULL) batch_close(socket->batch);
    free(socket);
    return throw_errno(env, error);
  }
  hold(env, socket, self, argument);
  napi_type_tag_object(env, self, &SOCKET_TAG);
  napi_wrap(env, self, socket, collected, NULL, NULL);
  return self;
}

/* NULL when it is another thing. */
static struct socket *socket_of(napi_env env, napi_value value) {
  bool is_socket = false;
  void *data = NULL;
  napi_check_object_type_tag(env, value, &SOCKET_TAG, &is_socket);
  if (is_socket) napi_unwrap(env, value, &data);
  return data;
}

/* The open socket that a method was called on, and its arguments; NULL, with an exception, when there is none. */
static struct socket *called_on(napi_env env, napi_callback_info info, size_t wanted, napi_value *arguments) {
  napi_value self;
  size_t given = wanted;
  napi_get_cb_info(env, info, &given, arguments, &self, NULL);
  if (given < wanted) {
    throw_type(env, "too few arguments");
    return NULL;
  }
  struct socket *socket = socket_of(env, self);
  if (socket != NULL && socket->batch != NULL) return socket;
  throw_errno(env, EBADF);
  return NULL;
}

/* port(): the port that it is bound to. */
static napi_value port(napi_env env, napi_callback_info info) {
  struct socket *socket = called_on(env, info, 0, NULL);
  if (socket == NULL) return NULL;
  union address name;
  if (batch_name(socket->batch, &name) != 0) return throw_errno(env, errno);
  napi_value value;
  napi_create_uint32(env, ntohs(name.any.sa_family == AF_INET ? name.v4.sin_port : name.v6.sin6_port), &value);
  return value;
}

/* sender(index): `ip:port` of who sent a message of the batch that is being told. */
static napi_value sender(napi_env env, napi_callback_info info) {
  napi_value argument[1];
  struct socket *socket = called_on(env, info, 1, argument);
  if (socket == NULL) return NULL;
  uint32_t index = UINT32_MAX;
  napi_get_value_uint32(env, argument[0], &index);
  const union address *from = batch_sender(socket->batch, index);
  if (from == NULL) return throw_type(env, "no such message");
  char host[INET6_ADDRSTRLEN];
  char zone[UV_IF_NAMESIZE + 1] = "";
  char text[sizeof(host) + sizeof(zone) + 16];
  if (from->any.sa_family == AF_INET) {
    uv_ip4_name(&from->v4, host, sizeof(host));
    snprintf(text, sizeof(text), "%s:%u", host, ntohs(from->v4.sin_port));
  } else {
    uv_ip6_name(&from->v6, host, sizeof(host));
    size_t length = sizeof(zone) - 1;
    const bool has_zone = from->v6.sin6_scope_id != 0 && IN6_IS_ADDR_LINKLOCAL(&from->v6.sin6_addr);
    if (has_zone && uv_if_indextoiid(from->v6.sin6_scope_id, zone + 1, &length) == 0) zone[0] = '%';
    snprintf(text, sizeof(text), "[%s%s]:%u", host, zone, ntohs(from->v6.sin6_port));
  }
  napi_value value;
  napi_create_string_latin1(env, text, NAPI_AUTO_LENGTH, &value);
  return value;
}

/* setDestination(index, host, port): false when nothing can be sent there. */
static napi_value set_destination(napi_env env, napi_callback_info info) {
  napi_value argument[3], value;
  struct socket *socket = called_on(env, info, 3, argument);
  if (socket == NULL) return NULL;
  union address address;
  uint32_t index = UINT32_MAX;
  napi_get_value_uint32(env, argument[0], &index);
  const bool is_set = read_address(env, argument[1], argument[2], &address) &&
                      batch_set_destination(socket->batch, index, &address) == 0;
  napi_get_boolean(env, is_set, &value);
  return value;
}

/* send(count): sends the datagrams of the table; how many are left at its front, for want of room. */
static napi_value send_all(napi_env env, napi_callback_info info) {
  napi_value argument[1], value;
  struct socket *socket = called_on(env, info, 1, argument);
  if (socket == NULL) return NULL;
  uint32_t count = UINT32_MAX;
  napi_get_value_uint32(env, argument[0], &count);
  const int left = batch_send(socket->batch, socket->to_send, count);
  if (left < 0) return throw_type(env, "the table names what is not there");
  napi_create_uint32(env, (uint32_t)left, &value);
  return value;
}

/* close(): a second time it does nothing. */
static napi_value close_now(napi_env env, napi_callback_info info) {
  napi_value self;
  napi_get_cb_info(env, info, NULL, NULL, &self, NULL);
  struct socket *socket = socket_of(env, self);
  if (socket != NULL) close_socket(socket);
  return NULL;
}

static bool set_number(napi_env env, napi_value exports, const char *name, uint32_t number) {
  napi_value value;
  return napi_create_uint32(env, number, &value) == napi_ok &&
         napi_set_named_property(env, exports, name, value) == napi_ok;
}

static bool set_text(napi_env env, napi_value exports, const char *name, const char *text) {
  napi_value value;
  return napi_create_string_latin1(env, text, NAPI_AUTO_LENGTH, &value) == napi_ok &&
         napi_set_named_property(env, exports, name, value) == napi_ok;
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor methods[] = {
      {"port", NULL, port, NULL, NULL, NULL, napi_default, NULL},
      {"sender", NULL, sender, NULL, NULL, NULL, napi_default, NULL},
      {"setDestination", NULL, set_destination, NULL, NULL, NULL, napi_default, NULL},
      {"send", NULL, send_all, NULL, NULL, NULL, napi_default, NULL},
      {"close", NULL, close_now, NULL, NULL, NULL, napi_default, NULL},
  };
  napi_value class;
  const size_t count = sizeof(methods) / sizeof(methods[0]);
  const bool is_defined =
      napi_define_class(env, "Socket", NAPI_AUTO_LENGTH, construct, NULL, count, methods, &class) == napi_ok &&
      napi_set_named_property(env, exports, "Socket", class) == napi_ok &&
      set_number(env, exports, "receivedBytes", RECEIVE_SLOTS * RECEIVE_SLOT_BYTES) &&
      set_number(env, exports, "receivedWords", RECEIVE_SLOTS * RECEIVE_WORDS) &&
      set_number(env, exports, "mostToSend", SEND_MOST) &&
      set_number(env, exports, "destinations", DESTINATIONS) && set_text(env, exports, "source", SOURCE);
  return is_defined ? exports : NULL;
}
