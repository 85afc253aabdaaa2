/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-hardening.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* LeakSanitizer looks at the process with ptrace(), which is just what is being forbidden. */
#ifdef __SANITIZE_ADDRESS__
#define DUMPABLE 1
#else
#define DUMPABLE 0
#endif

void
gw_process_harden (gboolean no_new_privs)
{
  const struct rlimit no_core = { 0, 0 };

  if (prctl (PR_SET_DUMPABLE, DUMPABLE, 0, 0, 0) != 0)
    g_debug ("The process stays dumpable: %s", g_strerror (errno));
  if (setrlimit (RLIMIT_CORE, &no_core) != 0)
    g_debug ("Core files stay allowed: %s", g_strerror (errno));
  if (no_new_privs && prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    g_debug ("New privileges stay possible: %s", g_strerror (errno));
}
