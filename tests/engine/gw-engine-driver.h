/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gw-error.h"
#include "gw-test-server.h"

G_BEGIN_DECLS

/**
 * GwEngineDriver:
 *
 * Does for a test what the window does for a person: starts one `gangway-session`, attaches to it
 * over its private bus, answers its prompts from a script, opens terminals. Freeing it ends the
 * engine and fails the test if the engine or its socket stays.
 */
typedef struct _GwEngineDriver GwEngineDriver;

typedef struct {
  const char *host;
  guint port;
  const char *user;
  const char *method;       /* %NULL: "password" */
  const char *password;     /* %NULL: not sent, so it is asked for */
  const char *private_key;  /* its text */
  const char *passphrase;
  const char *agent_key;
  const char *known_hosts;
  guint key_life;           /* seconds */
  guint timeout;
  guint connect_timeout;
  int transport;            /* a descriptor, or 0 */
} GwTestLogin;

GwEngineDriver *gw_engine_driver_new            (void);
/* With these variables of its environment set (NAME, VALUE, …; %NULL value: unset). */
GwEngineDriver *gw_engine_driver_new_with_env   (const char         *first_name,
                                                 ...) G_GNUC_NULL_TERMINATED;
/* A second window at the engine of @other, which stays the one that has to end it. */
GwEngineDriver *gw_engine_driver_new_beside     (GwEngineDriver     *other);
void            gw_engine_driver_free           (GwEngineDriver     *self);

/* The script. Host keys are accepted by default; each secret and each answer is used once. */
void            gw_engine_driver_refuse_keys    (GwEngineDriver     *self);
void            gw_engine_driver_hold_prompts   (GwEngineDriver     *self);
/* Accepts the host key whose question was held. */
void            gw_engine_driver_release_prompts (GwEngineDriver    *self);
/* MakeKey; %NULL and @error where the engine makes none. */
char           *gw_engine_driver_make_key       (GwEngineDriver     *self,
                                                 const char         *type,
                                                 GError            **error);
/* AwaitKey is held until one of the other two answers it; these wait for it. */
void            gw_engine_driver_wait_for_await_key (GwEngineDriver *self);
void            gw_engine_driver_answer_await_key   (GwEngineDriver *self);
void            gw_engine_driver_fail_await_key (GwEngineDriver     *self,
                                                 GwError             code);
void            gw_engine_driver_add_secret     (GwEngineDriver     *self,
                                                 const char         *secret);
void            gw_engine_driver_add_answers    (GwEngineDriver     *self,
                                                 const char         *first,
                                                 ...) G_GNUC_NULL_TERMINATED;
/* What was asked: "host-key VERDICT TYPE FINGERPRINT", "secret KIND ATTEMPT",
 * "key ATTEMPT MESSAGE", "interactive COUNT NAME|INSTRUCTION|TEXT|shown…" */
guint           gw_engine_driver_count_asked    (GwEngineDriver     *self);
const char     *gw_engine_driver_get_asked      (GwEngineDriver     *self,
                                                 guint               index);
/* Fails the test unless just these were asked; the beginnings of the lines are compared. */
void            gw_engine_driver_assert_asked   (GwEngineDriver     *self,
                                                 const char         *first,
                                                 ...) G_GNUC_NULL_TERMINATED;
/* The last VerifyHostKey dictionary, or %NULL. */
GVariant       *gw_engine_driver_get_host_key   (GwEngineDriver     *self);

gboolean        gw_engine_driver_connect        (GwEngineDriver     *self,
                                                 const GwTestLogin  *login,
                                                 GError            **error);
void            gw_engine_driver_start_connect  (GwEngineDriver     *self,
                                                 const GwTestLogin  *login);
gboolean        gw_engine_driver_finish_connect (GwEngineDriver     *self,
                                                 GError            **error);
void            gw_engine_driver_connect_works  (GwEngineDriver     *self,
                                                 const GwTestLogin  *login);
/* Fails the test if the error is another one, or the engine does not exit after it. */
void            gw_engine_driver_connect_fails  (GwEngineDriver     *self,
                                                 const GwTestLogin  *login,
                                                 GwError             code);

/* "TYPE FINGERPRINT PUBLIC-KEY". */
char           *gw_engine_driver_inspect_key    (GwEngineDriver     *self,
                                                 const char         *key,
                                                 const char         *passphrase,
                                                 GError            **error);

char           *gw_engine_driver_get_property   (GwEngineDriver     *self,
                                                 const char         *name);
void            gw_engine_driver_wait_for_phase (GwEngineDriver     *self,
                                                 const char         *phase);
const char     *gw_engine_driver_get_banner     (GwEngineDriver     *self);
/* "" or an error's name, and %NULL as long as there was no Closed. */
const char     *gw_engine_driver_get_closed     (GwEngineDriver     *self);
const char     *gw_engine_driver_get_address    (GwEngineDriver     *self);
GPid            gw_engine_driver_get_pid        (GwEngineDriver     *self);
GDBusProxy     *gw_engine_driver_get_proxy      (GwEngineDriver     *self);

void            gw_engine_driver_disconnect     (GwEngineDriver     *self);
/* Closes the bus, as a window does that dies. Only freeing or attaching anew may follow. */
void            gw_engine_driver_drop           (GwEngineDriver     *self);
void            gw_engine_driver_attach         (GwEngineDriver     *self);
/* Whether the bus has ended, as the window sees it. */
gboolean        gw_engine_driver_is_cut_off     (GwEngineDriver     *self);
gboolean        gw_engine_driver_has_exited     (GwEngineDriver     *self);
void            gw_engine_driver_kill           (GwEngineDriver     *self);
/* Fails the test if the engine crashed. */
void            gw_engine_driver_wait_for_exit  (GwEngineDriver     *self);

/* The read end of a pipe that holds @text. */
int             gw_test_pipe_with               (const char         *text,
                                                 gssize              length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwEngineDriver, gw_engine_driver_free)

G_END_DECLS
