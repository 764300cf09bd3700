/* Makes one call to the disk fail: the FAILING_DISK_NTH-th FAILING_DISK_CALL (fsync, write, open) on a file whose path
   contains FAILING_DISK_PATH fails with EIO, and so does every later one: a disk that failed once is not to be trusted.
   Preloaded into the bridge by the test of failing disks; see failing-disk.ts. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long met;

static int concerns(const char *call, const char *path) {
  const char *wanted = getenv("FAILING_DISK_CALL"), *part = getenv("FAILING_DISK_PATH");
  return wanted && part && strcmp(wanted, call) == 0 && strstr(path, part) != NULL && strstr(path, "-lock") == NULL &&
         strstr(path, "-ballast") == NULL;
}

static int fails(const char *call, const char *path) {
  if (!concerns(call, path)) return 0;
  const char *nth = getenv("FAILING_DISK_NTH");
  if (atomic_fetch_add(&met, 1) + 1 < (nth ? atol(nth) : 1)) return 0;
  errno = EIO;
  return 1;
}

static int fails_at(const char *call, int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return fails(call, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int fsync(int fd) { return fails_at("fsync", fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails_at("fsync", fd) ? -1 : REAL(fdatasync)(fd); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  return fails_at("write", fd) ? -1 : REAL(pwrite)(fd, bytes, count, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  return fails_at("write", fd) ? -1 : REAL(pwrite64)(fd, bytes, count, at);
}
static int mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0; }
int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int mode = mode_of(flags, rest);
  va_end(rest);
  return fails("open", path) ? -1 : REAL(open)(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int mode = mode_of(flags, rest);
  va_end(rest);
  return fails("open", path) ? -1 : REAL(open64)(path, flags, mode);
}
