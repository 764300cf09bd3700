/* Freezes the process once: when it asks what came of a handshake to FREEZING_HANDSHAKE_PORT, between the system's word that it is done and
   the first byte. A signal from outside would have to hit some microseconds. Preloaded into the bridge by the test of the frozen
   handshake; see freezing-handshake.ts. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static atomic_int frozen;

static int is_to_port(int fd) {
  const char *port = getenv("FREEZING_HANDSHAKE_PORT");
  struct sockaddr_in peer;
  socklen_t length = sizeof peer;
  return port && getpeername(fd, (struct sockaddr *)&peer, &length) == 0 && peer.sin_family == AF_INET && ntohs(peer.sin_port) == atoi(port);
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *length) {
  static int (*real)(int, int, int, void *, socklen_t *);
  if (!real) real = dlsym(RTLD_NEXT, "getsockopt");
  int result = real(fd, level, name, value, length);
  if (level == SOL_SOCKET && name == SO_ERROR && is_to_port(fd) && atomic_exchange(&frozen, 1) == 0) kill(getpid(), SIGSTOP);
  return result;
}
