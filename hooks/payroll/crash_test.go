package payroll_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/payroll"
)

const (
	crashFolder = "KPDK_CRASH_FOLDER"
	crashKey    = "KPDK_CRASH_KEY"
)

// TestMain is also the process that the crash test kills while it settles.
func TestMain(m *testing.M) {
	dir := os.Getenv(crashFolder)
	if dir == "" {
		os.Exit(m.Run())
	}
	app, err := testapp.OpenFolder(dir)
	if err == nil {
		_, _, err = payroll.Settle(ctx, app, os.Getenv(crashKey), manager, payroll.Settlement{Period: period}, func(n, _ int) { fmt.Println(n) })
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// settleUntilKilled settles in a process of its own and pulls the plug after some links.
func settleUntilKilled(t *testing.T, dir, key string, links int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	victim := exec.Command(self)
	victim.Env = append(os.Environ(), crashFolder+"="+dir, crashKey+"="+key)
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); links > 0 && lines.Scan(); {
		links--
	}
	_ = victim.Process.Kill()
	_ = victim.Wait() // "signal: killed"
}

// The plug is pulled again and again while a list is settled. What was settled stays, once; the rest follows
// with the same key; asked is deducted and remaining, and the books are in order.
func TestKilledWhileSettling(t *testing.T) {
	const members = 1500
	o := newOffice(t)
	o.crowd(members)
	o.promise()
	var answers []payroll.Answer
	for i := range int64(members) {
		answers = append(answers, payroll.Answer{Row: int(i) + 2, Member: i + 1, Deducted: 45_000, Reason: "insufficient_pay"})
	}
	o.answer(answers...)
	dir, key := t.TempDir(), ulid.New()
	act.Close(o)
	_, err := o.NonconcurrentDB().NewQuery("PRAGMA wal_checkpoint(TRUNCATE)").Execute()
	o.must(err)
	o.must(os.CopyFS(dir, os.DirFS(o.DataDir())))
	for range 3 {
		settleUntilKilled(t, dir, key, 1+rand.IntN(4))
	}
	app, err := testapp.OpenFolder(dir)
	o.must(err)
	defer func() { act.Close(app); _ = app.ResetBootstrapState() }()
	step, _, err := payroll.Settle(ctx, app, key, manager, payroll.Settlement{Period: period}, nil)
	o.must(err)
	run, err := payroll.RunOf(app, manager, period)
	o.must(err)
	if step.State != payroll.StateSettled || run.Deducted != members*45_000 || run.Requested != run.Deducted+run.Remaining {
		t.Errorf("%s: %+v", step.State, run.Sums)
	}
	var settled int64
	o.must(act.Read(app).Row("SELECT sum(amount) FROM settlements WHERE kind = 'payroll'").Scan(&settled))
	if settled != members*45_000 {
		t.Errorf("%d settled", settled)
	}
	for _, c := range append(ledger.Checks(app), payroll.Checks()...) {
		if c.Name == "cards" {
			continue
		}
		if _, findings, err := c.Run(ctx, act.Read(app)); err != nil || len(findings) > 0 {
			t.Errorf("%s: %v %v", c.Name, findings, err)
		}
	}
}
