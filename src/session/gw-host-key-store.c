/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-host-key-store.h"

#include "gw-known-hosts.h"

/* All that the worker touches, and nobody else. */
typedef struct {
  char *path;
  char *host;
  guint port;
  char *type;
  char *public_key;
  gboolean replace;
} Job;

static void
job_free (Job *job)
{
  g_free (job->path);
  g_free (job->host);
  g_free (job->type);
  g_free (job->public_key);
  g_free (job);
}

static void
work (GTask        *task,
      gpointer      source,
      gpointer      task_data,
      GCancellable *cancellable)
{
  const Job *job = task_data;
  GError *error = NULL;
  gboolean stored;

  if (job->replace)
    stored = gw_known_hosts_replace (job->path, job->host, job->port, job->type, job->public_key,
                                     &error);
  else
    stored = gw_known_hosts_add (job->path, job->host, job->port, job->type, job->public_key,
                                 &error);
  if (stored)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
gw_host_key_store_async (const char          *host,
                         guint                port,
                         const char          *type,
                         const char          *public_key,
                         gboolean             replace,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  /* Asked for here: the worker must not look at the environment. */
  g_auto (GStrv) paths = gw_known_hosts_default_paths ();
  Job *job = g_new0 (Job, 1);

  job->path = g_strdup (paths[0]);
  job->host = g_strdup (host);
  job->port = port;
  job->type = g_strdup (type);
  job->public_key = g_strdup (public_key);
  job->replace = replace;
  g_task_set_source_tag (task, gw_host_key_store_async);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_run_in_thread (task, work);
}

gboolean
gw_host_key_store_finish (GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
