/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libssh/libssh.h>

G_BEGIN_DECLS

typedef enum {
  FAULTY_OK,                /* behaves: echoes what is typed, `exit N` ends it */
  FAULTY_SILENT,            /* says nothing more after a stage */
  FAULTY_DROP,              /* closes the connection after a stage */
  FAULTY_HTTP,              /* speaks HTTP */
  FAULTY_GARBAGE,           /* sends 1 MB without a line end */
  FAULTY_PROMPTS,           /* keyboard-interactive: three questions, then one more */
  FAULTY_MANY_PROMPTS,      /* keyboard-interactive: 200 questions at once */
  FAULTY_KBD_ONLY,          /* keyboard-interactive only: one hidden question */
  FAULTY_KBD_SHOWN,         /* keyboard-interactive only: one question whose answer may be shown */
  FAULTY_HUGE_BANNER,       /* 1 MB of banner, in messages of 200 kB */
  FAULTY_GIANT_BANNER,      /* 1 MB of banner in one message, more than the protocol allows */
  FAULTY_CONTROL_BANNER,    /* escape sequences and direction marks in the banner */
  FAULTY_ENDLESS,           /* output like `yes` until the client is gone or types ^C */
  FAULTY_SLOW_READER,       /* prints `ready` and never reads again */
  FAULTY_EXIT_SIGNAL,       /* the shell dies of TERM at once */
  FAULTY_EXIT_NOTHING,      /* the shell's channel closes with neither status nor signal */
  FAULTY_OUTPUT_DROP,       /* a long output, and right behind it the end of the connection */
  FAULTY_REFUSE_CHANNEL,
  FAULTY_REFUSE_PTY,
  FAULTY_REFUSE_SHELL,
  FAULTY_REKEY,             /* a new key exchange after every 64 KiB of a long output */
  FAULTY_REKEY_OTHER,       /* the same, with a host key of another type */
  FAULTY_DISCONNECT,        /* answers the login with a disconnect message */
} FaultyMode;

typedef enum {
  FAULTY_STAGE_NONE,
  FAULTY_STAGE_TCP,
  FAULTY_STAGE_BANNER,
  FAULTY_STAGE_KEX,
  FAULTY_STAGE_AUTH,
  FAULTY_STAGE_CHANNEL,
  FAULTY_STAGE_PTY,
  FAULTY_STAGE_SHELL,
} FaultyStage;

typedef struct {
  FaultyMode mode;
  FaultyStage stage;  /* for FAULTY_SILENT and FAULTY_DROP */
  const char *host_key; /* a file, or %NULL */
} FaultyPlan;

/* Prints one line, in one write: every connection is a process of its own. */
void faulty_report (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Stays silent or ends this connection if the plan says so for @stage. */
void faulty_reach  (const FaultyPlan *plan, FaultyStage stage);

/* Serves one connection, in a process of its own, to its end. */
void faulty_serve  (const FaultyPlan *plan, ssh_key host_key, int fd);

G_END_DECLS
