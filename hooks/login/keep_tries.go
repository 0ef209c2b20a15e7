package login

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
)

// Tries go into the table two seconds after they were counted at the latest, many in one transaction, and when the
// server ends; a server that starts reads them. A server that is killed forgets two seconds: a guess or two.
const (
	triesKey   = "kpdk.tries"
	triesEvery = 2 * time.Second
	triesBatch = 500 // rows in one transaction
	// afterServers is when the last requests have counted, and before the writer of acts goes.
	afterServers = 998
)

// keptTries are all that is counted, by kind.
type keptTries struct {
	mu  sync.Mutex
	all map[string]*attempts
}

func keptOf(app core.App) *keptTries {
	return app.Store().GetOrSet(triesKey, func() any { return &keptTries{all: map[string]*attempts{}} }).(*keptTries)
}

// KeepTries keeps what a server counts, until it ends.
func KeepTries(app core.App) {
	ctx, stop := context.WithCancel(context.Background())
	var rounds sync.WaitGroup
	app.OnTerminate().Bind(&hook.Handler[*core.TerminateEvent]{Priority: afterServers, Func: func(e *core.TerminateEvent) error {
		stop()
		rounds.Wait()
		return e.Next()
	}})
	keep := func() {
		if err := SaveTries(app); err != nil {
			app.Logger().Error("tries of logins could not be kept", "error", err)
		}
	}
	rounds.Go(func() {
		tick := time.NewTicker(triesEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				keep()
			case <-ctx.Done():
				keep()
				return
			}
		}
	})
}

// loadTries reads what the server before this one counted.
func loadTries(app core.App) error {
	now := clock.Of(app).Now()
	return act.Each(act.Read(app), "SELECT kind, account, count, first FROM tries WHERE first > ?", []any{now.Add(-window).UnixMilli()}, func(row act.Scanner) error {
		var kind string
		var raw []byte
		var count int
		var first int64
		if err := row.Scan(&kind, &raw, &count, &first); err != nil {
			return err
		}
		if a := triesOf(app, kind); a != nil {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.seen[account(raw)] = &attempt{count, time.UnixMilli(first)}
		}
		return nil
	})
}

// SaveTries writes what has changed since it was last written.
func SaveTries(app core.App) error {
	k := keptOf(app)
	k.mu.Lock()
	defer k.mu.Unlock()
	var failed []error
	for _, a := range k.all {
		for more := true; more; {
			var err error
			if more, err = a.save(app); err != nil {
				failed = append(failed, err)
				break
			}
		}
	}
	return errors.Join(failed...)
}

type savedTry struct {
	who   account
	count int
	first int64
}

// save writes some of what has changed, with what is over; more: there is more.
func (a *attempts) save(app core.App) (more bool, err error) {
	now := clock.Of(app).Now()
	a.mu.Lock()
	var batch []savedTry
	for who := range a.dirty {
		if len(batch) == triesBatch {
			more = true
			break
		}
		it := savedTry{who: who}
		if t := a.seen[who]; t != nil && now.Sub(t.first) < window {
			it.count, it.first = t.count, t.first.UnixMilli()
		}
		batch = append(batch, it)
		delete(a.dirty, who)
	}
	a.mu.Unlock()
	if len(batch) == 0 {
		return false, nil
	}
	err = app.RunInTransaction(func(txApp core.App) error {
		if err := exec(txApp, "DELETE FROM tries WHERE first <= {:over}", dbx.Params{"over": now.Add(-window).UnixMilli()}); err != nil {
			return err
		}
		for _, it := range batch {
			query := "DELETE FROM tries WHERE kind = {:kind} AND account = {:account}"
			if it.count > 0 {
				query = "INSERT INTO tries(kind, account, count, first) VALUES({:kind}, {:account}, {:count}, {:first}) ON CONFLICT DO UPDATE SET count = excluded.count, first = excluded.first"
			}
			if err := exec(txApp, query, dbx.Params{"kind": a.kind, "account": it.who[:], "count": it.count, "first": it.first}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil { // they count here all the same, and are written the next time
		a.mu.Lock()
		defer a.mu.Unlock()
		for _, it := range batch {
			a.dirty[it.who] = true
		}
	}
	return more, err
}
