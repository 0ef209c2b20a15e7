package notice

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/routine"
	"github.com/pocketbase/pocketbase/tools/subscriptions"
)

// A page fetches first and listens a moment later. What was said in between reached nobody; so what was said of
// late is kept, and said again to who begins to listen, with how long ago that was: the page knows when it fetched.
const (
	lately    = time.Minute
	perTopic  = 64     // the newest win
	allTopics = 20_000 // above it everybody who comes is told that anything may have changed
	pastKey   = "kpdk.news"
	everyone  = memberPrefix + "*" // what was said to all members
)

type said struct {
	at   time.Time // by the machine's steady clock
	kind string    // a later one of the same kind takes its place; "" never
	data []byte    // a JSON object
}

// past is what was said of late, by topic. It may be lost: a server that starts anew drops all lines, and whose
// line was lost fetches again.
type past struct {
	sync.Mutex
	of       map[string][]said
	overflow time.Time
}

func pastOf(app core.App) *past {
	return app.Store().GetOrSet(pastKey, func() any { return &past{of: map[string][]said{}} }).(*past)
}

// kindOf: news of the same kind leads to the same fetch. Cards keep their numbers, which a till forgets one by one.
func kindOf(payload any) string {
	switch p := payload.(type) {
	case Change:
		return p.What
	case TillChange:
		if p.What != "card" {
			return p.What
		}
	}
	return ""
}

func (p *past) keep(topic string, payload any, data []byte) {
	now, kind := time.Now(), kindOf(payload)
	p.Lock()
	defer p.Unlock()
	was, known := p.of[topic]
	if !known && len(p.of) >= allTopics {
		for t, all := range p.of {
			if now.Sub(all[len(all)-1].at) > lately {
				delete(p.of, t)
			}
		}
		if len(p.of) >= allTopics {
			clear(p.of)
			p.overflow = now
		}
	}
	was = slices.DeleteFunc(was, func(s said) bool { return now.Sub(s.at) > lately || kind != "" && s.kind == kind })
	if len(was) >= perTopic {
		was = was[1:]
	}
	p.of[topic] = append(was, said{now, kind, data})
}

// since gives what was said on a topic, oldest first, each with its age.
func (p *past) since(topic string, member bool) [][]byte {
	now := time.Now()
	p.Lock()
	defer p.Unlock()
	all := slices.Clone(p.of[topic])
	if member {
		all = append(all, p.of[everyone]...)
	}
	if now.Sub(p.overflow) <= lately {
		all = append(all, said{p.overflow, "", []byte(`{"what":""}`)})
	}
	slices.SortStableFunc(all, func(a, b said) int { return a.at.Compare(b.at) })
	var again [][]byte
	for _, s := range all {
		if age := now.Sub(s.at); age <= lately {
			again = append(again, append(bytes.TrimSuffix(bytes.Clone(s.data), []byte("}")), fmt.Appendf(nil, `,"missed_ms":%d}`, age.Milliseconds())...))
		}
	}
	return again
}

// sayAgain tells a client what was said of late on a topic that it did not hear until now.
func sayAgain(app core.App, client subscriptions.Client, topic string, member bool) {
	again := pastOf(app).since(topic, member)
	if len(again) == 0 {
		return
	}
	routine.FireAndForget(func() {
		for _, data := range again {
			hand(client, subscriptions.Message{Name: topic, Data: data})
		}
	})
}

// hand waits until the line of a client took a message. Whoever hangs up afterwards closes a channel on which
// nobody sends any more: the lock that is asked for here puts the two in order.
func hand(client subscriptions.Client, message subscriptions.Message) {
	client.Send(message)
	_ = client.IsDiscarded()
}
