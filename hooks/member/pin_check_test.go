package member_test

import (
	"context"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/member"
)

func withPIN(t *testing.T, app *testapp.App, pin string) *core.Record {
	t.Helper()
	who := app.Member("Rani")
	must[member.PINSet](t)(member.ChoosePIN(context.Background(), app, ulid.New(), testapp.By(who), member.SetPIN{PIN: pin}))
	return who
}

func guess(t *testing.T, app core.App, number int64, pin string) string {
	t.Helper()
	p, err := member.Find(act.Read(app), number)
	if err != nil {
		t.Fatal(err)
	}
	return testapp.Refusal(member.CheckPIN(context.Background(), app, act.BySystem, p, pin))
}

func tries(t *testing.T, app core.App) (n int) {
	t.Helper()
	if err := act.Read(app).Row("SELECT count(*) FROM pin_tries").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Five wrong guesses in a row, and the PIN rests, through a restart too; the right one in between ends the row,
// and what is too old to count is cleared away.
func TestAPINRestsThroughARestart(t *testing.T) {
	app := testapp.New(t)
	rani, other := int64(withPIN(t, app, "482913").GetInt("number")), int64(withPIN(t, app, "195837").GetInt("number"))
	before := acts(t, app)
	if got := guess(t, app, rani, "482913"); got != "" || acts(t, app) != before {
		t.Errorf("the right PIN, with nothing to forget, costs %d acts: %s", acts(t, app)-before, got)
	}
	for range 4 {
		if got := guess(t, app, rani, "000001"); got != "member.pin_wrong" {
			t.Fatal(got)
		}
	}
	if got := guess(t, app, rani, "482913"); got != "" || tries(t, app) != 0 {
		t.Errorf("the right one ends the row: %s, %d", got, tries(t, app))
	}
	for range 4 {
		guess(t, app, rani, "000001")
	}
	act.Close(app)
	again, err := testapp.OpenFolder(app.DataDir())
	if err != nil {
		t.Fatal(err)
	}
	at := app.Now()
	clock.Set(again, func() time.Time { return at })
	t.Cleanup(func() { act.Close(again); _ = again.ResetBootstrapState() })
	if got := guess(t, again, rani, "000001"); got != "member.pin_wrong" {
		t.Errorf("the fifth, after a restart: %s", got)
	}
	for _, pin := range []string{"000001", "482913"} {
		if got := guess(t, again, rani, pin); got != "member.pin_resting" {
			t.Errorf("a sixth, %s: %s", pin, got)
		}
	}
	at = at.Add(15*time.Minute - time.Second)
	if got := guess(t, again, rani, "482913"); got != "member.pin_resting" {
		t.Errorf("just before it has rested: %s", got)
	}
	at = at.Add(time.Second)
	if got := guess(t, again, rani, "482913"); got != "" {
		t.Errorf("after it has rested: %s", got)
	}
	guess(t, again, rani, "000001")
	at = at.Add(15 * time.Minute)
	if got := guess(t, again, other, "000001"); got != "member.pin_wrong" || tries(t, again) != 1 {
		t.Errorf("what is too old to count stays: %s, %d", got, tries(t, again))
	}
}

// A phone's code that paid is spent after a restart too, and one that was only seen is stale then.
func TestARestartMakesNoCodeGoodAgain(t *testing.T) {
	app := testapp.New(t)
	phone := app.Phone(app.Member("Rani"))
	used, seen := phone.Code(app.Now()), phone.Code(app.Now().Add(30*time.Second))
	p, err := member.Present(app, used)
	if err != nil {
		t.Fatal(err)
	}
	app.Act("test.use", func(tx *act.Tx) error { return member.Use(tx, p.Phone, p.Step) })
	if _, err := member.Present(app, seen); err != nil {
		t.Fatal(err)
	}
	act.Close(app)
	again, err := testapp.OpenFolder(app.DataDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { act.Close(again); _ = again.ResetBootstrapState() })
	if p, err = member.Present(again, used); err != nil {
		t.Fatal(err)
	}
	if sale, err := member.UsedBy(act.Read(again), p.Phone, p.Step); err != nil || sale == 0 {
		t.Errorf("the code is good again: %d %v", sale, err)
	}
	later := app.Now().Add(5 * time.Minute)
	clock.Set(again, func() time.Time { return later })
	if _, err := member.Present(again, seen); testapp.Refusal(err) != "member.code_stale" {
		t.Errorf("a code that was seen before the restart: %v", err)
	}
}

func acts(t *testing.T, app core.App) (n int) {
	t.Helper()
	if err := act.Read(app).Row("SELECT count(*) FROM acts").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
