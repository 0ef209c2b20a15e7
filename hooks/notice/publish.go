// Package notice tells people what happened. Realtime messages travel over PocketBase's own
// subscriptions, on topics of ours; they name what changed and never say by how much, so that the
// client fetches what it may see.
package notice

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/routine"
	"github.com/pocketbase/pocketbase/tools/subscriptions"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
)

// The topics for operators.
const (
	Till  = "coop/till"
	Books = "coop/books"
)

const (
	prefix       = "coop/"
	memberPrefix = "coop/member/"
)

// Member is the topic of one member.
func Member(number int64) string { return memberPrefix + strconv.FormatInt(number, 10) }

// BooksChange is what the office hears: that its money or its savings changed.
type BooksChange struct {
	What string `json:"what"`
}

// TellBooks publishes to the bookkeepers once the act is durable.
func TellBooks(tx *act.Tx, app core.App, what string) {
	tx.AfterCommit(func() { Publish(app, Books, BooksChange{what}) })
}

// Change is what a member's topic says: which part changed, by which act. The act's number grows, so
// it serves as the version that a client may wait for.
type Change struct {
	Version int64  `json:"version"`
	What    string `json:"what"` // sale, payroll, draft, objection, excess, savings, card, favourites, leaving, payment, notice, device
	ID      string `json:"id"`
}

// TillChange is what the tills hear: product, card or stock, and which of them.
type TillChange struct {
	What string   `json:"what"`
	IDs  []string `json:"ids"`
}

// Tell publishes to a member once the act is durable.
func Tell(tx *act.Tx, app core.App, number int64, what, id string) {
	change := Change{tx.ID(), what, id}
	tx.AfterCommit(func() { Publish(app, Member(number), change) })
}

// TellMembers publishes to every member who listens, once the act is durable: one walk over those who are there,
// however many members the co-op has.
func TellMembers(tx *act.Tx, app core.App, what, id string) {
	change := Change{tx.ID(), what, id}
	tx.AfterCommit(func() {
		keep(app, everyone, change)
		heard := map[string]bool{}
		for _, client := range app.SubscriptionsBroker().Clients() {
			for topic := range client.Subscriptions(memberPrefix) {
				if !heard[topic] {
					heard[topic] = true
					send(app, topic, change)
				}
			}
		}
	})
}

// TellMany publishes the same to many members once the act is durable: it goes over the clients once, not once
// for each member.
func TellMany(tx *act.Tx, app core.App, numbers []int64, what string) {
	version := tx.ID()
	tx.AfterCommit(func() {
		for _, n := range numbers {
			keep(app, Member(n), Change{version, what, fmt.Sprintf("%04d", n)})
		}
		clients := app.SubscriptionsBroker().Clients()
		if len(clients) == 0 {
			return
		}
		topics := make(map[string]int64, len(numbers))
		for _, n := range numbers {
			topics[Member(n)] = n
		}
		for _, client := range clients {
			auth, _ := client.Get(apis.RealtimeClientAuthKey).(*core.Record)
			for topic := range client.Subscriptions(memberPrefix) {
				number, told := topics[topic]
				if !told || !may(act.ActorOf(auth), topic) {
					continue
				}
				data, err := json.Marshal(Change{version, what, fmt.Sprintf("%04d", number)})
				if err == nil {
					message := subscriptions.Message{Name: topic, Data: data}
					routine.FireAndForget(func() { hand(client, message) })
				}
			}
		}
	})
}

// TellTills publishes to the tills once the act is durable.
func TellTills(tx *act.Tx, app core.App, what string, ids ...string) {
	tx.AfterCommit(func() { Publish(app, Till, TillChange{what, ids}) })
}

// Publish sends a payload to the clients that are subscribed to exactly this topic and may still hear
// it: an operator who was switched off after subscribing hears nothing more. It can fail without harm.
func Publish(app core.App, topic string, payload any) {
	keep(app, topic, payload)
	send(app, topic, payload)
}

func keep(app core.App, topic string, payload any) {
	if data, err := json.Marshal(payload); err == nil { // send says it if not
		pastOf(app).keep(topic, payload, data)
	}
}

func send(app core.App, topic string, payload any) {
	data, err := json.Marshal(payload)
	if err != nil {
		app.Logger().Error("notice: payload", "topic", topic, "error", err)
		return
	}
	message := subscriptions.Message{Name: topic, Data: data}
	for _, client := range app.SubscriptionsBroker().Clients() {
		auth, _ := client.Get(apis.RealtimeClientAuthKey).(*core.Record)
		if client.HasSubscription(topic) && may(act.ActorOf(auth), topic) {
			routine.FireAndForget(func() { hand(client, message) }) // it waits for a phone that is slow to read
		}
	}
}

// Guard keeps topics of ours to those they are for, and tells who begins to listen what was said just before. Topics
// of PocketBase's collections stay under the rules of the collections.
func Guard(app core.App) {
	app.OnRealtimeSubscribeRequest().BindFunc(func(e *core.RealtimeSubscribeRequestEvent) error {
		by := act.ActorOf(e.Auth)
		var begun []string
		for _, subscription := range e.Subscriptions {
			topic, _, _ := strings.Cut(subscription, "?")
			if !strings.HasPrefix(topic, prefix) {
				continue
			}
			if may(by, topic) {
				if topic == subscription && !e.Client.HasSubscription(topic) {
					begun = append(begun, topic)
				}
				continue
			}
			if by.Role == act.Nobody {
				return web.Refuse(e.RequestEvent, fault.Unauthorized())
			}
			return web.Refuse(e.RequestEvent, fault.Forbidden("auth.forbidden"))
		}
		if err := e.Next(); err != nil {
			return err
		}
		for _, topic := range begun {
			sayAgain(app, e.Client, topic, strings.HasPrefix(topic, memberPrefix))
		}
		return nil
	})
}

// may says who hears what.
func may(by act.Actor, topic string) bool {
	switch {
	case topic == Till:
		return by.Role == act.Cashier || by.Role == act.Manager
	case topic == Books:
		return by.Role == act.Treasurer || by.Role == act.Supervisor || by.Role == act.Manager
	case strings.HasPrefix(topic, memberPrefix):
		number, err := strconv.ParseInt(topic[len(memberPrefix):], 10, 64)
		if err != nil || number < 1 || topic != fmt.Sprint(memberPrefix, number) {
			return false
		}
		return by.Role == act.Manager || by.Role == act.Member && by.Number == number
	}
	return false
}
