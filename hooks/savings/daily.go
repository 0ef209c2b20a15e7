package savings

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
)

// mostQuiet is how many days nobody may have done anything before what this room does by itself waits for somebody.
const mostQuiet = 62

// Daily is what this room does by itself: the month's dues, and the interest of the months that are over.
// However often it runs, each is done once. Where the clock stands months after whatever anybody did last, it waits:
// the machine may have slept, and then somebody will soon do something and the next run makes up for it; or its clock
// is wrong, and interest of months that are not over yet could not be taken back.
func Daily(ctx context.Context, app core.App) error {
	today := clock.Of(app).Today()
	last, err := lastDone(act.Read(app), clock.Of(app))
	if err != nil {
		return err
	}
	if last.Add(mostQuiet) < today {
		app.Logger().Warn("dues and interest wait until somebody does something: is the clock right?", "today", today, "last", last)
		return nil
	}
	if _, err := CatchUp(ctx, app, today); err != nil {
		return err
	}
	_, err = PostInterest(ctx, app, today)
	return err
}

// lastDone is the day on which anybody did anything last; today where nobody ever did.
func lastDone(r act.Reader, at *clock.Clock) (clock.Date, error) {
	var ms int64
	err := r.Row("SELECT at FROM acts WHERE role <> ? ORDER BY id DESC LIMIT 1", string(act.System)).Scan(&ms)
	if errors.Is(err, sql.ErrNoRows) {
		return at.Today(), nil
	}
	return at.DateOf(time.UnixMilli(ms)), err
}

// KeepDaily runs Daily at the start, which makes up for days that the machine slept through, and early each
// morning; stopping waits for a run that is on its way.
func KeepDaily(app core.App) error {
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	var one sync.Mutex
	run := func() {
		running.Add(1)
		defer running.Done()
		one.Lock()
		defer one.Unlock()
		if ctx.Err() != nil {
			return
		}
		if err := Daily(ctx, app); err != nil && ctx.Err() == nil {
			app.Logger().Error("dues or interest could not be made; the next run makes them", "error", err, "at", time.Now())
		}
	}
	app.OnTerminate().BindFunc(func(e *core.TerminateEvent) error {
		stop()
		running.Wait() // its acts go through the writer, which is about to close
		return e.Next()
	})
	if err := app.Cron().Add("kpdk.savings", "10 0 * * *", run); err != nil {
		return err
	}
	running.Add(1)
	go func() { defer running.Done(); run() }()
	return nil
}
