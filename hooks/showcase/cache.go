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

// variant is one language's page, ready to be written out.
type variant struct {
	lang, tag  string
	policy     string // Content-Security-Policy: it names this page's style
	html, gzip []byte
}

// edition is the page in every language, made from figures of one moment; under "" in the co-op's own.
type edition struct {
	at    time.Time
	pages map[string]variant
}

// cache keeps one edition and lets one maker at a time work on the next.
type cache struct {
	now     func() time.Time
	render  func(context.Context) (map[string]variant, error)
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
		pages, err := c.safely(ctx)
		m.err = err
		c.mu.Lock()
		if err == nil {
			m.made = &edition{at: at, pages: pages}
		}
		if c.making == m { // nobody has dropped it meanwhile
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

// drop forgets the edition, also one under way: who comes next sees what has just been saved.
func (c *cache) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.making = nil
	c.current.Store(nil)
}

// pack compresses a page once, for everybody.
func pack(lang string, html []byte) variant {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	w.Write(html) // a bytes.Buffer takes everything
	w.Close()
	sum := sha256.Sum256(html)
	return variant{lang: lang, html: html, gzip: b.Bytes(), tag: hex.EncodeToString(sum[:8])}
}

// safely renders; a panic in a making has no request to end, so it becomes an error.
func (c *cache) safely(ctx context.Context) (pages map[string]variant, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("showcase: %v", p)
		}
	}()
	return c.render(ctx)
}
