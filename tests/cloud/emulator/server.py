# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP/1.1 on loopback: just enough of it for any client, and able to break off in the middle."""
import asyncio
import email.utils
import http
import socket
import struct
from urllib.parse import parse_qsl, urlsplit

from . import control

HEAD_LIMIT, BODY_LIMIT = 64 * 1024, 4 * 1024 * 1024
FORM = 'application/x-www-form-urlencoded'


def pairs(text):
    return parse_qsl(text, keep_blank_values=True, errors='surrogateescape')


class Request:
    def __init__(self, method, target, headers, body=b''):
        parts = urlsplit(target)
        self.method = method
        self.path = parts.path or '/'
        self.raw_query = parts.query
        self.query = pairs(parts.query)
        self.headers = headers
        self.body = body
        self.form = []
        if self.header('content-type').lower().startswith(FORM):
            self.form = pairs(body.decode('utf-8', 'surrogateescape'))

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name), '')

    def parameter(self, name):
        return next((value for key, value in self.query + self.form if key == name), '')


class BadRequest(Exception):
    pass


async def read_head(reader):
    try:
        head = await reader.readuntil(b'\r\n\r\n')
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise BadRequest from None
        return None
    except asyncio.LimitOverrunError:
        raise BadRequest from None
    first, *rest = head.decode('utf-8', 'surrogateescape').rstrip('\r\n').split('\r\n')
    try:
        method, target, version = first.split(' ')
        headers = [tuple(line.split(':', 1)) for line in rest]
        if not version.startswith('HTTP/1.') or not all(len(each) == 2 for each in headers):
            raise ValueError
    except ValueError:
        raise BadRequest from None
    return method, target, version, [(name, value.strip()) for name, value in headers]


async def read_chunks(reader):
    body = b''
    while True:
        size = int((await reader.readline()).split(b';')[0], 16)
        if len(body) + size > BODY_LIMIT:
            raise BadRequest
        body += (await reader.readexactly(size + 2))[:-2]
        if not size:
            return body


async def read_request(reader, writer):
    head = await read_head(reader)
    if not head:
        return None, False
    method, target, version, headers = head
    names = {name.lower(): value for name, value in headers}
    try:
        if names.get('expect', '').lower() == '100-continue':
            writer.write(b'HTTP/1.1 100 Continue\r\n\r\n')
        if 'chunked' in names.get('transfer-encoding', '').lower():
            body = await read_chunks(reader)
        else:
            length = int(names.get('content-length', '0'))
            if not 0 <= length <= BODY_LIMIT:
                raise BadRequest
            body = await reader.readexactly(length)
        request = Request(method, target, headers, body)
    except ValueError:
        raise BadRequest from None
    keep = version == 'HTTP/1.1' and names.get('connection', '').lower() != 'close'
    return request, keep


class Server:
    def __init__(self, service):
        self.service = service
        self.tasks = set()

    def accept(self, reader, writer):
        """For start_server(), which complains of a coroutine of its own that is cancelled."""
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _serve(self, reader, writer):
        try:
            while await self._serve_one(reader, writer):
                pass
        except (BadRequest, ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            pass
        finally:
            writer.close()

    async def stop(self):
        waiting = list(self.tasks)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async def _serve_one(self, reader, writer):
        request, keep = await read_request(reader, writer)
        if not request:
            return False
        if request.path.startswith('/_control'):
            response = control.handle(self.service, request)
        else:
            response = self.service.handle(request)
        delay = response.effects.get('delay')
        if delay:
            await asyncio.sleep(delay)
        await self._send(writer, response, keep)
        return keep and response.length is not None

    def _head(self, response, keep):
        try:
            phrase = http.HTTPStatus(response.status).phrase
        except ValueError:
            phrase = 'Unknown'
        lines = [f'HTTP/1.1 {response.status} {phrase}',
                 f'Date: {email.utils.formatdate(self.service.clock(), usegmt=True)}',
                 f'Content-Type: {response.content_type}']
        if response.length is not None:
            lines.append(f'Content-Length: {response.length}')
        if not keep or response.length is None:
            lines.append('Connection: close')
        lines += [f'{name}: {value}' for name, value in response.headers]
        return ('\r\n'.join(lines) + '\r\n\r\n').encode()

    async def _send(self, writer, response, keep):
        head, cut = self._head(response, keep), response.effects.get('cut')
        if cut is not None:
            cut = cut if isinstance(cut, dict) else {'bytes': cut}
            part = response.body if isinstance(response.body, bytes) else b''
            if cut.get('bytes', 0) >= 0:
                writer.write(head + part[:cut.get('bytes', 0)])
                await writer.drain()
            if cut.get('reset'):
                # No lingering: what is left of the connection is a reset.
                writer.get_extra_info('socket').setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
                writer.transport.abort()
            raise ConnectionError
        if not isinstance(response.body, bytes):
            writer.write(head)
            for block in response.body:
                writer.write(block)
                await writer.drain()
            return
        trickle = response.effects.get('trickle')
        if trickle:
            writer.write(head)
            for at in range(0, len(response.body), trickle['bytes']):
                writer.write(response.body[at:at + trickle['bytes']])
                await writer.drain()
                await asyncio.sleep(trickle['seconds'])
            return
        writer.write(head + response.body)
        await writer.drain()
