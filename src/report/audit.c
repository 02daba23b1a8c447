#include "pawl/report.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

static void add_id(struct json *json, const char *key, const git_oid *id)
{
	char hex[GIT_OID_MAX_HEXSIZE + 1];

	json_key(json, key);
	json_string(json, slice_of(git_oid_tostr(hex, sizeof hex, id)));
}

static void add_time(struct json *json)
{
	time_t now = time(NULL);
	struct tm utc;
	char text[32];

	gmtime_r(&now, &utc);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
	json_key(json, "time");
	json_string(json, slice_of(text));
}

/* One finding rejects the whole push (P3), so what else it brought was not accepted either. */
static const char *verdict_word(const struct push *push, const struct verdict *verdict)
{
	if (push->findings)
		return "rejected";
	return verdict->count ? "excepted" : "accepted";
}

/* What each line begins with. `update` may be NULL: nothing is known of it. */
static void add_update(struct json *json, struct slice pusher, const struct update *update)
{
	add_time(json);
	json_string_or_null(json, "pusher", pusher);
	json_string_or_null(json, "ref", update ? update->name : (struct slice){0});
	if (!update) {
		json_string_or_null(json, "old", (struct slice){0});
		json_string_or_null(json, "new", (struct slice){0});
		return;
	}
	add_id(json, "old", &update->old_id);
	add_id(json, "new", &update->new_id);
}

static struct slice audit_line(struct arena *arena, const struct push *push,
			       const struct push_item *item, uint64_t milliseconds)
{
	const struct verdict *verdict = &item->verdict;
	struct json *json = json_new(arena);
	struct buf line = {.arena = arena};

	json_object_open(json);
	add_update(json, push->pusher, item->update);
	json_key(json, "verdict");
	json_string(json, slice_of(verdict_word(push, verdict)));
	json_key(json, "findings");
	json_number(json, verdict->count);
	json_number_or_null(json, "frozen", verdict->frozen, verdict->counted);
	json_number_or_null(json, "removed", verdict->removed, verdict->counted);
	json_key(json, "exceptions");
	json_number(json, verdict->exceptions);
	json_string_or_null(json, "reason", verdict->excused);
	json_key(json, "milliseconds");
	json_number(json, milliseconds);
	json_object_close(json);
	buf_add(&line, json_finish(json));
	buf_add_char(&line, '\n');
	return buf_slice(&line);
}

static struct slice audit_error_line(struct arena *arena, const struct audit_failure *failure,
				     const struct update *update, uint64_t milliseconds)
{
	struct json *json = json_new(arena);
	struct buf line = {.arena = arena};

	json_object_open(json);
	add_update(json, failure->pusher, update);
	json_key(json, "verdict");
	json_string(json, slice_of(failure->accepted ? "accepted unjudged" : "error"));
	json_key(json, "error");
	json_string(json, slice_of(failure->why->message));
	json_key(json, "milliseconds");
	json_number(json, milliseconds);
	json_object_close(json);
	buf_add(&line, json_finish(json));
	buf_add_char(&line, '\n');
	return buf_slice(&line);
}

/* A line that a crash left without its end goes: no line is kept but whole. */
static int drop_torn_line(int fd, off_t size)
{
	char block[4096];

	while (size > 0) {
		off_t start = size > (off_t)sizeof block ? size - (off_t)sizeof block : 0;
		ssize_t got = pread(fd, block, (size_t)(size - start), start);
		const char *end;

		if (got != (ssize_t)(size - start))
			return got < 0 ? -1 : 0;
		end = memrchr(block, '\n', (size_t)got);
		if (end && end == block + got - 1)
			return 0;
		size = end ? start + (end + 1 - block) : start;
		if (end || !size)
			return ftruncate(fd, size);
	}
	return 0;
}

/* Under the lock the file is ours: what could not be written whole is taken back. */
static int append_locked(int fd, struct slice lines)
{
	struct stat before;
	int reason;

	if (fstat(fd, &before) < 0 ||
	    (S_ISREG(before.st_mode) &&
	     (drop_torn_line(fd, before.st_size) < 0 || fstat(fd, &before) < 0)))
		return -1;
	while (lines.len) {
		ssize_t put = write(fd, lines.ptr, lines.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			goto undo;
		lines.ptr += put;
		lines.len -= (size_t)put;
	}
	return 0;
undo:
	reason = errno;
	if (S_ISREG(before.st_mode) && ftruncate(fd, before.st_size) < 0)
		reason = errno;
	errno = reason;
	return -1;
}

/* Its own folder in the git directory is made; where that fails, open() says why. */
static void make_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];

	if (!slash || (size_t)(slash - path) >= sizeof folder)
		return;
	memcpy(folder, path, (size_t)(slash - path));
	folder[slash - path] = '\0';
	if (mkdir(folder, 0777) < 0)
		return;
}

static int audit_append(const char *path, struct slice lines, struct pawl_error *error)
{
	int fd;
	int result = -1;

	make_folder(path);
	fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (fd >= 0) {
		int locked;

		do
			locked = flock(fd, LOCK_EX);
		while (locked < 0 && errno == EINTR);
		result = locked < 0 ? -1 : append_locked(fd, lines);
		if (close(fd) < 0)
			result = -1;
	}
	if (result == 0)
		return 0;
	return pawl_error_set(error, PAWL_ERROR_SERVER, "cannot write the audit log %s: %s", path,
			      strerror(errno));
}

static void audit_syslog(struct slice lines)
{
	openlog("pawl", LOG_PID, LOG_AUTHPRIV);
	while (lines.len) {
		struct slice line = slice_line(lines, 1);

		syslog(LOG_NOTICE, "%.*s", (int)line.len, line.ptr);
		lines.ptr += line.len + 1;
		lines.len -= line.len + 1;
	}
	closelog();
}

static int keep(struct arena *arena, const struct audit *audit, struct slice lines,
		struct pawl_error *error)
{
	const char *path = audit->file;

	if (audit->kind == AUDIT_OFF)
		return 0;
	if (audit->kind == AUDIT_SYSLOG && !path) {
		audit_syslog(lines);
		return 0;
	}
	if (!path)
		path = slice_format(arena, "%spawl/audit.log", audit->git_dir).ptr;
	return audit_append(path, lines, error);
}

int audit_push(struct arena *arena, const struct audit *audit, const struct push *push,
	       struct pawl_error *error)
{
	struct buf lines = {.arena = arena};

	for (size_t i = 0; i < push->updates.count; i++)
		buf_add(&lines,
			audit_line(arena, push, &push->updates.items[i], audit->milliseconds));
	return keep(arena, audit, buf_slice(&lines), error);
}

int audit_unjudged(struct arena *arena, const struct audit *audit,
		   const struct audit_failure *failure, struct pawl_error *error)
{
	struct buf lines = {.arena = arena};
	const struct updates *updates = failure->updates;

	for (size_t i = 0; i < updates->count; i++)
		buf_add(&lines,
			audit_error_line(arena, failure, &updates->items[i], audit->milliseconds));
	if (!updates->count)
		buf_add(&lines, audit_error_line(arena, failure, NULL, audit->milliseconds));
	return keep(arena, audit, buf_slice(&lines), error);
}
