package treasury_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/treasury"
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

// attempt is one act that was sent, and what was heard of it.
type attempt struct {
	path, kind string
	body       []byte
	answer     []byte // empty: the plug was pulled before
}

func (a *attempt) send(address, token string) ([]byte, int, error) {
	r, err := http.NewRequest("POST", "http://"+address+"/api/coop/treasury"+a.path, bytes.NewReader(a.body))
	if err != nil {
		return nil, 0, err
	}
	r.Header.Set("Authorization", token)
	r.Header.Set("Content-Type", a.kind)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, 0, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return body, answer.StatusCode, err
}

// anything is an act of a treasurer's day that is never refused.
func anything(n int, member int64, layout string) *attempt {
	asJSON := func(path string, body map[string]any) *attempt {
		body["id"] = ulid.New()
		raw, _ := json.Marshal(body)
		return &attempt{path: path, kind: "application/json", body: raw}
	}
	switch n % 4 {
	case 0:
		return asJSON("/payments", map[string]any{"kind": "expense", "from": "cash", "to": power, "amount_rupiah": 100 + n})
	case 1:
		return asJSON("/transfers", map[string]any{"from": "bank:1", "to": "cash", "amount_rupiah": 1_000})
	case 2:
		return asJSON("/debt-payments", map[string]any{"member": member, "into": "cash", "amount_rupiah": 10})
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("id", ulid.New())
	_ = form.WriteField("layout", layout)
	part, _ := form.CreateFormFile("file", "m.csv")
	fmt.Fprintf(part, "Tanggal;Keterangan;Debet;Kredit\n02/11/2026;L%d;;%d\n", n, 1_000+n)
	_ = form.Close()
	return &attempt{path: "/banks/1/statements", kind: form.FormDataContentType(), body: body.Bytes()}
}

// A server is killed while a treasurer works. What was acknowledged is there exactly once, what was not can be
// sent again under its key, and the books are in order.
func TestKilledWhileTheTreasurerWorks(t *testing.T) {
	app := coop(t)
	m := app.Member("Rani")
	owe(t, app, m, 900_000)
	token, dir := app.Token(app.Operator(act.Treasurer)), t.TempDir()
	p, err := treasury.Look(app, "id", treasury.File{Bank: 1, Name: "m.csv", Data: []byte("Tanggal;Keterangan;Debet;Kredit\n02/11/2026;L;;1\n")})
	if err != nil {
		t.Fatal(err)
	}
	layout, _ := json.Marshal(p.Layout)
	act.Close(app)
	if _, err := app.NonconcurrentDB().NewQuery("PRAGMA wal_checkpoint(TRUNCATE)").Execute(); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS(app.DataDir())); err != nil {
		t.Fatal(err)
	}
	var all []*attempt
	for range 4 {
		address, kill := victim(t, dir)
		after, n := 4+rand.IntN(20), len(all)
		for i := range 60 {
			a := anything(n+i, int64(m.GetInt("number")), string(layout))
			all = append(all, a)
			if i == after {
				go kill() // while the next ones are on their way
			}
			body, status, err := a.send(address, token)
			if err != nil {
				break
			}
			if status >= 300 {
				t.Fatalf("%s: %d %s", a.path, status, body)
			}
			a.answer = body
		}
		kill()
	}
	address, kill := victim(t, dir)
	for _, a := range all {
		body, status, err := a.send(address, token)
		if err != nil || status >= 300 || a.answer != nil && (status != 200 || !bytes.Equal(body, a.answer)) {
			t.Errorf("%s: %d %s, was %s: %v", a.path, status, body, a.answer, err)
		}
	}
	kill()
	again, err := testapp.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer act.Close(again)
	var moves, lines int
	if err := act.Read(again).Row("SELECT (SELECT count(*) FROM treasury_moves), (SELECT count(*) FROM bank_lines)").Scan(&moves, &lines); err != nil || moves+lines != len(all) {
		t.Errorf("%d moves and %d lines of %d acts: %v", moves, lines, len(all), err)
	}
	report, err := ledger.Verify(ctx, again, nil)
	if err != nil || !report.OK {
		t.Errorf("%+v %v", report, err)
	}
}

// victim starts a server in a process of its own; kill pulls the plug, once.
func victim(t *testing.T, dir string) (address string, kill func()) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(self)
	process.Env = append(os.Environ(), crashFolder+"="+dir)
	process.Stderr = os.Stderr
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the server did not start")
	}
	var once sync.Once
	return lines.Text(), func() {
		once.Do(func() {
			_ = process.Process.Kill()
			_ = process.Wait() // "signal: killed"
		})
	}
}
