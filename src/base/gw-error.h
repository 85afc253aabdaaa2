/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GW_ERROR:
 *
 * The one error domain of Gangway. It crosses the private bus by name: GW_ERROR_AUTH_REFUSED is
 * org.gangway.Error.AuthRefused there (registered with GDBus by gw_error_quark()). Cancelling an
 * operation inside one process is G_IO_ERROR_CANCELLED as everywhere in GIO; GW_ERROR_CANCELLED is
 * its name on the bus.
 */
#define GW_ERROR (gw_error_quark ())
GQuark gw_error_quark (void);

typedef enum {
  GW_ERROR_FAILED,               /* anything that fits nowhere else */
  GW_ERROR_CANCELLED,            /* the person gave up */
  GW_ERROR_PROTOCOL,             /* the two programs do not understand each other */
  GW_ERROR_ENGINE,               /* the engine could not be started, or died */

  GW_ERROR_INVALID_HOST,         /* not a host name or address that can be dialled */
  GW_ERROR_INVALID_PORT,         /* not 1..65535 */
  GW_ERROR_INVALID_USER,         /* not a login name */
  GW_ERROR_INVALID_FILE,         /* a file is not what it should be */
  GW_ERROR_TOO_LARGE,            /* a file, secret or answer is over its bound */

  GW_ERROR_KEY_NOT_A_KEY,        /* no private key in this text */
  GW_ERROR_KEY_IS_PUBLIC,        /* a public key or certificate was given */
  GW_ERROR_KEY_PUTTY,            /* PuTTY's format */
  GW_ERROR_KEY_UNSUPPORTED,      /* a key, but DSA, a security key, an unknown cipher… */
  GW_ERROR_KEY_NEEDS_PASSPHRASE, /* encrypted, and no passphrase was given */
  GW_ERROR_KEY_WRONG_PASSPHRASE, /* encrypted, and the passphrase does not open it */

  GW_ERROR_NO_NETWORK,           /* no route at all */
  GW_ERROR_RESOLVE,              /* the name has no address */
  GW_ERROR_UNREACHABLE,          /* no route to the host */
  GW_ERROR_REFUSED,              /* nothing listens on that port */
  GW_ERROR_TIMED_OUT,            /* no answer within the phase's deadline */
  GW_ERROR_NOT_SSH,              /* what answers does not speak SSH */
  GW_ERROR_KEY_EXCHANGE,         /* no common algorithm, or the exchange broke */
  GW_ERROR_HOST_KEY_REFUSED,     /* the person did not accept the host key */
  GW_ERROR_HOST_KEY_REVOKED,     /* the host key is marked @revoked */
  GW_ERROR_AUTH_REFUSED,         /* the server refused the login */
  GW_ERROR_AUTH_METHOD,          /* the server does not offer the chosen method */
  GW_ERROR_AGENT,                /* no agent, or it does not answer */
  GW_ERROR_CHANNEL_REFUSED,      /* logged in, but no terminal or shell */
  GW_ERROR_CONNECTION_LOST,      /* the connection broke */

  GW_ERROR_KEYRING,              /* the keyring failed, died, or does not answer */
  GW_ERROR_KEYRING_ABSENT,       /* no Secret Service, or one without a collection */
  GW_ERROR_KEYRING_LOCKED,       /* it has to be unlocked first */
  GW_ERROR_NO_SECRET,            /* what was to be used is not in the keyring any more */

  GW_ERROR_KEY_EXPIRED,          /* the minute of a temporary key was over before it was used */
  GW_ERROR_NOT_OF_ACCOUNT,       /* no cloud account has this instance: nobody can send a key */
  GW_ERROR_NOT_RUNNING,          /* the instance is not Running */
  GW_ERROR_NO_SUCH_ACCOUNT,      /* the instance has no account of this name */
  GW_ERROR_ASSISTANT_MISSING,    /* Cloud Assistant Agent was never heard from */
  GW_ERROR_ASSISTANT_OLD,        /* it is too old to take keys */
  GW_ERROR_ASSISTANT_STOPPED,    /* it does not run */
  GW_ERROR_ASSISTANT_BUSY,       /* it upgrades itself, or works off other commands */
  GW_ERROR_ASSISTANT_TIMED_OUT,  /* a command was not delivered, or not done, in time */
  GW_ERROR_ASSISTANT_FAILED,     /* a command ran and failed */
} GwError;

G_END_DECLS
