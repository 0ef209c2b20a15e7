package showcase

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// hands is a clock that tests move.
type hands struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hands) time() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hands) move(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func TestPageIsNeverOlderThanFiveSeconds(t *testing.T) {
	clock := &hands{now: figures().AsOf}
	var made atomic.Int64
	finished := make(chan struct{}, 10)
	c := &cache{now: clock.time, gather: func(context.Context) (content, error) {
		defer func() { finished <- struct{}{} }()
		n := made.Add(1)
		return content{coop: Coop{Name: string(rune('0' + n))}}, nil
	}}
	get := func() string {
		t.Helper()
		e, err := c.get(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if age := clock.time().Sub(e.at); age > stale {
			t.Fatalf("the page is %s old", age)
		}
		return e.content.coop.Name
	}
	if get() != "1" {
		t.Fatal("the first visitor waits for the first edition")
	}
	<-finished
	clock.move(fresh - time.Millisecond)
	if get() != "1" || made.Load() != 1 {
		t.Error("a fresh page is not made again")
	}
	clock.move(time.Millisecond)
	if get() != "1" {
		t.Error("while the next edition is made, the last one serves")
	}
	<-finished
	c.settled()
	if got := get(); got != "2" {
		t.Errorf("the next edition is not taken up: %s", got)
	}
	clock.move(stale)
	if got := get(); got != "3" {
		t.Errorf("a page of five seconds is not served: %s", got)
	}
}

// settled waits until no edition is being made.
func (c *cache) settled() {
	c.mu.Lock()
	m := c.making
	c.mu.Unlock()
	if m != nil {
		<-m.done
	}
}

func TestCrowdWaitsForOneMaking(t *testing.T) {
	var made atomic.Int64
	gate := make(chan struct{})
	c := &cache{now: time.Now, gather: func(context.Context) (content, error) {
		made.Add(1)
		<-gate
		return content{}, nil
	}}
	var wait, ready sync.WaitGroup
	for range 50 {
		wait.Add(1)
		ready.Add(1)
		m := c.start()
		go func() {
			defer wait.Done()
			ready.Done()
			<-m.done
			if m.err != nil {
				t.Error(m.err)
			}
		}()
	}
	ready.Wait()
	close(gate)
	wait.Wait()
	if made.Load() != 1 {
		t.Errorf("%d editions were made for one crowd", made.Load())
	}
}

// TestAnEditShowsAtOnce: neither the kept edition nor one that was under way outlives an edit.
func TestAnEditShowsAtOnce(t *testing.T) {
	name, gate := "old", make(chan struct{})
	c := &cache{now: func() time.Time { return figures().AsOf }}
	c.gather = func(context.Context) (content, error) {
		read := name
		<-gate
		return content{coop: Coop{Name: read}}, nil
	}
	under := c.start()
	close(gate)
	<-under.done
	if e, err := c.get(context.Background()); err != nil || e.content.coop.Name != "old" {
		t.Fatal(e, err)
	}
	name = "new"
	c.drop()
	if e, err := c.get(context.Background()); err != nil || e.content.coop.Name != "new" {
		t.Errorf("an edited co-op is shown as %s: %v", e.content.coop.Name, err)
	}
	gate = make(chan struct{})
	c.drop()
	under = c.start() // reads before the edit, ends after it
	c.drop()
	close(gate)
	<-under.done
	if c.current.Load() != nil {
		t.Error("an edition from before the edit was kept")
	}
}

func TestBrokenBooksAreNotCoveredUp(t *testing.T) {
	clock := &hands{now: figures().AsOf}
	var broken atomic.Bool
	c := &cache{now: clock.time, gather: func(context.Context) (content, error) {
		if broken.Load() {
			panic("no database")
		}
		return content{}, nil
	}}
	if _, err := c.get(context.Background()); err != nil {
		t.Fatal(err)
	}
	broken.Store(true)
	clock.move(stale)
	if _, err := c.get(context.Background()); err == nil || !strings.Contains(err.Error(), "no database") {
		t.Errorf("an old page was served instead of an error: %v", err)
	}
	broken.Store(false)
	if _, err := c.get(context.Background()); err != nil {
		t.Errorf("the page does not come back: %v", err)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	clock.move(stale)
	c.settled()
	block := make(chan struct{})
	c.gather = func(context.Context) (content, error) { <-block; return content{}, nil }
	if _, err := c.get(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("a visitor who left waits on: %v", err)
	}
	close(block)
}

func TestVisitorGetsTheirVariant(t *testing.T) {
	s := opened(t, port(figures()))
	visit := func(target string, header ...string) *http.Response {
		r := httptest.NewRequest("GET", target, nil)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		lang, asked := s.choose(r)
		v, err := s.find(context.Background(), documents[0], lang, asked, "")
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		s.write(w, r, *v, http.StatusOK)
		return w.Result()
	}
	for _, v := range []struct {
		name, target, accept, lang string
	}{
		{"nobody says", "/", "", "id"}, {"browser in English", "/", "en-GB,en;q=0.9", "en"}, {"browser in French", "/", "fr", "id"},
		{"address wins", "/?bahasa=id", "en", "id"}, {"address in English", "/?bahasa=en", "id", "en"}, {"unknown language", "/?bahasa=xx", "", "id"},
	} {
		if got := visit(v.target, "Accept-Language", v.accept).Header.Get("Content-Language"); got != v.lang {
			t.Errorf("%s: answered in %s", v.name, got)
		}
	}
	for target, want := range map[string]string{"/": "https://kpdk.example/", "/?bahasa=en": "https://kpdk.example/?bahasa=en", "/?bahasa=id": "https://kpdk.example/"} {
		page, err := io.ReadAll(visit(target, "Accept-Language", "en").Body)
		if err != nil || !strings.Contains(string(page), `<link rel="canonical" href="`+want+`">`) {
			t.Errorf("%s: another canonical address than %s", target, want)
		}
	}
	plain, packed := visit("/"), visit("/", "Accept-Encoding", "br, gzip;q=0.8")
	unpacked, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := io.ReadAll(plain.Body)
	b, err := io.ReadAll(unpacked)
	if err != nil || string(a) != string(b) {
		t.Error("the packed page is another one")
	}
	if visit("/", "Accept-Encoding", "gzip;q=0").Header.Get("Content-Encoding") != "" {
		t.Error("gzip was refused and sent")
	}
	if plain.Header.Get("ETag") == packed.Header.Get("ETag") {
		t.Error("two bodies share a tag")
	}
	again := visit("/", "If-None-Match", `"x", W/`+plain.Header.Get("ETag"))
	if body, _ := io.ReadAll(again.Body); again.StatusCode != http.StatusNotModified || len(body) > 0 ||
		again.Header.Get("Content-Security-Policy") != plain.Header.Get("Content-Security-Policy") {
		t.Errorf("a known page is answered %d with %d bytes", again.StatusCode, len(body))
	}
	if !strings.Contains(plain.Header.Get("Content-Security-Policy"), "default-src 'none'") || strings.Contains(plain.Header.Get("Content-Security-Policy"), "unsafe") {
		t.Error("the page may run something")
	}
}

func BenchmarkServe(b *testing.B) {
	s, err := open(port(figures()))
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	for b.Loop() {
		lang, asked := s.choose(r)
		v, err := s.find(r.Context(), documents[0], lang, asked, "")
		if err != nil {
			b.Fatal(err)
		}
		s.write(httptest.NewRecorder(), r, *v, http.StatusOK)
	}
}
