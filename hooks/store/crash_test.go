package store_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/store"
)

const crashFolder = "KPDK_CRASH_FOLDER"

// TestMain is also the server that the crash test kills.
func TestMain(m *testing.M) {
	dir := os.Getenv(crashFolder)
	if dir == "" {
		os.Exit(m.Run())
	}
	err := testapp.ServeFolder(dir, func(address string) { fmt.Println(address) })
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// victim is a server in a process of its own.
type victim struct {
	address string
	process *exec.Cmd
}

func startVictim(t *testing.T, dir string) *victim {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	v := &victim{process: exec.Command(self)}
	v.process.Env = append(os.Environ(), crashFolder+"="+dir)
	v.process.Stderr = os.Stderr
	out, err := v.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := v.process.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the server did not start")
	}
	v.address = lines.Text()
	return v
}

// kill pulls the plug: no handler runs, nothing is flushed.
func (v *victim) kill() {
	_ = v.process.Process.Kill()
	_ = v.process.Wait() // "signal: killed"
}

// attempt is one sale that a till sent, and the answer it got, if any.
type attempt struct {
	id     string
	body   []byte
	answer *store.SellAnswer
}

// A server is killed again and again while tills sell, some of them offline with forged cards. Every sale that
// was acknowledged is there exactly once, posted or in quarantine, one that was not can be sent again with
// the same key, and the books are in order. KPDK_KILLS=100 makes it a hundred times.
func TestKilledAgainAndAgainUnderLoad(t *testing.T) {
	kills, _ := strconv.Atoi(os.Getenv("KPDK_KILLS"))
	s := newShop(t)
	s.Product("777", 5_000, 0, 3_000, 900_000)
	s.Act("test.limit", func(tx *act.Tx) error {
		return tx.Exec("UPDATE members SET credit_limit_rupiah = 900000000 WHERE number = ?", s.member)
	})
	cashier, err := s.FindRecordById("operators", s.cashier.ID)
	if err != nil {
		t.Fatal(err)
	}
	token, dir := s.Token(cashier), t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(s.closeAndGiveFolder())); err != nil {
		t.Fatal(err)
	}
	var all []*attempt
	for range max(kills, 4) {
		v := startVictim(t, dir)
		all = append(all, sellUntilKilled(v, token, s.shift, s.card)...)
	}
	v := startVictim(t, dir)
	defer v.kill()
	for _, a := range all {
		if err := a.check(v.address, token); err != nil {
			t.Errorf("sale %s: %v", a.id, err)
		}
	}
	v.kill()
	checkFolder(t, dir, len(all))
}

// closeAndGiveFolder writes everything into data.db and gives the folder.
func (s *shop) closeAndGiveFolder() string {
	s.T.Helper()
	act.Close(s)
	if _, err := s.NonconcurrentDB().NewQuery("PRAGMA wal_checkpoint(TRUNCATE)").Execute(); err != nil {
		s.T.Fatal(err)
	}
	return s.DataDir()
}

// sellUntilKilled lets four tills sell and pulls the plug after a random number of answers.
func sellUntilKilled(v *victim, token, shift, card string) []*attempt {
	var mu sync.Mutex
	var all []*attempt
	after, answers := 5+rand.IntN(60), make(chan struct{}, 1000)
	var tills sync.WaitGroup
	for range 4 {
		tills.Go(func() {
			for n := 0; ; n++ {
				a := newAttempt(shift, card, n%5 == 4)
				mu.Lock()
				all = append(all, a)
				mu.Unlock()
				answer, err := post(v.address, token, a.body)
				if err != nil {
					return // the plug was pulled
				}
				a.answer = answer
				answers <- struct{}{}
			}
		})
	}
	for range after {
		<-answers
	}
	v.kill()
	tills.Wait()
	return all
}

// newAttempt is one sale; a forged one was rung up offline.
func newAttempt(shift, card string, forge bool) *attempt {
	id := ulid.New()
	if forge {
		card = forged(card)
	}
	return &attempt{id: id, body: fmt.Appendf(nil, `{"id":%q,"shift":%q,"sold_at":%q,"offline":%t,"buyer":{"card":%q},"lines":[{"barcode":"777","quantity":"1","price_rupiah":5000}],"tenders":[{"kind":"payroll","amount_rupiah":5000}]}`,
		id, shift, testapp.Now.Format("2006-01-02T15:04:05Z"), forge, card)}
}

func post(address, token string, body []byte) (*store.SellAnswer, error) {
	request, err := http.NewRequest(http.MethodPost, "http://"+address+"/api/coop/store/sales", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusCreated && answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%d %s", answer.StatusCode, raw)
	}
	out := &store.SellAnswer{}
	return out, json.Unmarshal(raw, out)
}

// check sends the sale again: an acknowledged one must give the same receipt.
func (a *attempt) check(address, token string) error {
	again, err := post(address, token, a.body)
	if err != nil {
		return err
	}
	if a.answer != nil && (again.Number != a.answer.Number || again.Hash != a.answer.Hash || again.Quarantined != a.answer.Quarantined) {
		return fmt.Errorf("was %s, is %s", a.answer.Number, again.Number)
	}
	return nil
}

func checkFolder(t *testing.T, dir string, sales int) {
	t.Helper()
	app, err := testapp.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { act.Close(app); _ = app.ResetBootstrapState() }()
	var have int
	if err := act.Read(app).Row("SELECT (SELECT count(*) FROM sales) + (SELECT count(*) FROM quarantined_sales)").Scan(&have); err != nil || have != sales {
		t.Errorf("%d sales in the books (%v), %d were made", have, err, sales)
	}
	report, err := ledger.Verify(context.Background(), app, nil)
	if err != nil || !report.OK {
		t.Errorf("verify: %v %+v", err, report.Checks)
	}
}
