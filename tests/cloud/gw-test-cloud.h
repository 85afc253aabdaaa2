/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gw-access-key.h"

G_BEGIN_DECLS

/*
 * For tests: the emulator of the cloud (cloud.py) as a child process. It ends with the test.
 */
typedef struct _GwTestCloud GwTestCloud;

/* @arguments: of cloud.py, %NULL-terminated. Waits until it is ready; the test fails if it is not. */
GwTestCloud *gw_test_cloud_new          (const char *const *arguments);
/* Fails the test if the emulator itself complained. */
void         gw_test_cloud_free         (GwTestCloud       *self);
/* "endpoint", "control", "credentials", "certificate", "role": what it printed; %NULL if not. */
const char  *gw_test_cloud_get          (GwTestCloud       *self,
                                         const char        *name);
/* The AccessKey of one of its users. (transfer full) */
GwAccessKey *gw_test_cloud_dup_key      (GwTestCloud       *self,
                                         const char        *user);
/* One request to its control path (see emulator/control.py), from a thread, the main context running
 * meanwhile: @method "GET" or "POST", @body (nullable) JSON. Its answer; free with g_free(). */
char        *gw_test_cloud_control      (GwTestCloud       *self,
                                         const char        *method,
                                         const char        *path,
                                         const char        *body);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwTestCloud, gw_test_cloud_free)

G_END_DECLS
