/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/*
 * Opening files that somebody else may have put there. Blocks for the disk only, never on a fifo
 * or a device.
 */

/* A descriptor (CLOEXEC) of a regular file of at most @max_bytes, or -1. @info is optional.
 * Errors: G_FILE_ERROR as open(2) has it, GW_ERROR_INVALID_FILE for anything but a regular file,
 * GW_ERROR_TOO_LARGE. */
int   gw_file_open (const char   *path,
                    gsize         max_bytes,
                    struct stat  *info,
                    GError      **error);
/* The whole file, with a NUL behind it that does not count; the same errors. For secrets there is
 * gw_sensitive_new_from_file(). */
char *gw_file_read (const char   *path,
                    gsize         max_bytes,
                    gsize        *length,
                    GError      **error);

/* Writes @text aside and renames, mode 0600, and makes the folders above it. A symbolic link stays
 * one. Errors: G_FILE_ERROR. */
gboolean gw_file_replace (const char *path,
                          const char *text,
                          gsize       length,
                          GError    **error);
/* Renames a file that makes no sense to PATH.bad-DATE, so that nothing is written over it. The new
 * name without its folder, for people; %NULL if that failed. Free with g_free(). */
char    *gw_file_set_aside (const char *path);

G_END_DECLS
