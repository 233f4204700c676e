// A room server as the socket.io documentation teaches it, which writes each message to SQLite before it sends it: in
// write-ahead mode, every commit synced, as ours is. No sign-in, no screening, no encryption. A client's token is the id of
// the room it wants. Usage: node server.js PORT DATABASE

'use strict'
const { createServer } = require('node:http')
const { randomUUID } = require('node:crypto')
const Database = require('better-sqlite3')
const { Server } = require('socket.io')

const database = new Database(process.argv[3])
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')
database.exec(`CREATE TABLE message (
  room TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, author TEXT NOT NULL, client_id TEXT NOT NULL,
  body TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (room, seq), UNIQUE (author, client_id))`)
const head = database.prepare('SELECT coalesce(max(seq), 0) AS seq FROM message WHERE room = ?').pluck()
const earlier = database.prepare('SELECT seq FROM message WHERE author = ? AND client_id = ?').pluck()
const add = database.prepare('INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?)')

const keep = database.transaction((message, clientId) => {
  if (earlier.get(message.author.id, clientId) !== undefined) throw new Error('sent before')
  message.seq = head.get(message.conversation_id) + 1
  add.run(message.conversation_id, message.seq, message.id, message.author.id, clientId, message.body, message.created_at)
})

const http = createServer()
const io = new Server(http, { transports: ['websocket'] })

io.on('connection', (socket) => {
  const room = socket.handshake.auth.token
  const author = { id: randomUUID(), display_name: 'Person 1', role: 'carer', role_label: 'Carer' }
  socket.join(room)
  socket.emit('heads', { streams: { [room]: head.get(room) } })
  socket.on('message:send', (data, acknowledge) => {
    const at = new Date().toISOString()
    const message = {
      id: randomUUID(), conversation_id: data.conversation_id, seq: 0, author, body: data.body, content_warning: null,
      reply_to: null, state: 'visible', created_at: at, edited_at: null, reactions: {}, mentions: []
    }
    keep(message, data.client_id)
    const event = {
      stream_id: data.conversation_id, seq: message.seq, kind: 'message.created', at, data: { message }
    }
    acknowledge({ ok: true, message: { ...message, client_id: data.client_id } })
    io.to(data.conversation_id).emit('event', event)
  })
})

http.listen(Number(process.argv[2]), '127.0.0.1')
