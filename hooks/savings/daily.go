package savings

import (
	"context"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/clock"
)

// Daily is what this room does by itself: the month's dues, and the interest of the months that are over.
// However often it runs, each is done once.
func Daily(ctx context.Context, app core.App) error {
	today := clock.Of(app).Today()
	if _, err := CatchUp(ctx, app, today); err != nil {
		return err
	}
	_, err := PostInterest(ctx, app, today)
	return err
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
