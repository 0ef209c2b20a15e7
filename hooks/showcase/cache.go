package showcase

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// fresh is how long a rendered page is served without a thought.
	fresh = 3 * time.Second
	// stale is how old a served page can be at most; between the two it is served while a new one is made.
	stale = 5 * time.Second
	// patience bounds one rendering.
	patience = 4 * time.Second
)

// variant is one document in one language, ready to be written out.
type variant struct {
	lang, tag, kind string
	policy          string // Content-Security-Policy: it names this edition's style
	body, gzip      []byte
}

// edition is what the documents say, gathered at one moment; each is written when somebody first asks for it.
type edition struct {
	at      time.Time
	content content
	mu      sync.Mutex
	written map[string]*writing
}

// writing is a document of an edition, written once for everybody.
type writing struct {
	once    sync.Once
	variant variant
	err     error
}

// document gives the document of a name, which must be one of a bounded set.
func (e *edition) document(name string, write func() (variant, error)) (variant, error) {
	e.mu.Lock()
	if e.written == nil {
		e.written = map[string]*writing{}
	}
	w := e.written[name]
	if w == nil {
		w = &writing{}
		e.written[name] = w
	}
	e.mu.Unlock()
	w.once.Do(func() {
		defer func() {
			if p := recover(); p != nil {
				w.err = fmt.Errorf("showcase: %s: %v", name, p)
			}
		}()
		w.variant, w.err = write()
	})
	return w.variant, w.err
}

// cache keeps one edition and lets one maker at a time work on the next.
type cache struct {
	now     func() time.Time
	gather  func(context.Context) (content, error)
	current atomic.Pointer[edition]
	mu      sync.Mutex
	making  *making
}

// making is an edition under way; those who can't wait for later wait for done.
type making struct {
	done chan struct{}
	made *edition
	err  error
}

// get gives an edition that is at most stale old.
func (c *cache) get(ctx context.Context) (*edition, error) {
	e := c.current.Load()
	if e != nil {
		switch age := c.now().Sub(e.at); {
		case age < fresh:
			return e, nil
		case age < stale:
			c.start()
			return e, nil
		}
	}
	m := c.start()
	select {
	case <-m.done:
		return m.made, m.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// start joins the making under way or begins one. An edition is as old as the moment its making began.
func (c *cache) start() *making {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.making != nil {
		return c.making
	}
	m := &making{done: make(chan struct{})}
	c.making = m
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		at := c.now()
		gathered, err := c.safely(ctx)
		if err == nil {
			m.made = &edition{at: at, content: gathered}
		}
		m.err = err
		c.mu.Lock()
		if c.making == m { // nothing was edited meanwhile
			c.making = nil
			if err == nil {
				c.current.Store(m.made)
			}
		}
		c.mu.Unlock()
		close(m.done)
	}()
	return m
}

// drop forgets the edition, and the one under way, because something in them was edited.
func (c *cache) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.making = nil
	c.current.Store(nil)
}

// pack compresses a document once, for everybody.
func pack(lang, kind string, body []byte) variant {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	w.Write(body) // a bytes.Buffer takes everything
	w.Close()
	sum := sha256.Sum256(body)
	return variant{lang: lang, kind: kind, body: body, gzip: b.Bytes(), tag: hex.EncodeToString(sum[:8])}
}

// safely gathers; a panic in a making has no request to end, so it becomes an error.
func (c *cache) safely(ctx context.Context) (gathered content, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("showcase: %v", p)
		}
	}()
	return c.gather(ctx)
}
