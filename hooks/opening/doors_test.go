package opening_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/opening"
)

// run calls the command as a shell does.
func (c *coop) run(args ...string) (out string, failed bool) {
	c.T.Helper()
	group := command.Build(c, func() error { return nil }, opening.Commands(shelf)...)[0]
	var b bytes.Buffer
	group.SetOut(&b)
	group.SetErr(&b)
	group.SetArgs(args)
	failed = group.Execute() != nil
	return b.String(), failed
}

func TestTheCommandSaysWhatItDid(t *testing.T) {
	c := newCoop(t)
	good, wrong := filepath.Join(t.TempDir(), "saldo.csv"), filepath.Join(t.TempDir(), "salah.csv")
	for path, data := range map[string][]byte{good: c.file().Data, wrong: c.file("akun;1151;;7;;;;", "wajib;9999;;;5;;;").Data} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, failed := c.run("balances", wrong, "--date", "2026-10-31")
	for _, want := range []string{"baris 21", "Anggota nomor 9999 tidak ada", "3901 Penyeimbang saldo awal", "selisih 7", "Belum ada yang masuk"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not said: %s", want, out)
		}
	}
	if !failed || c.journal() != 0 {
		t.Errorf("a wrong list: failed %v, %d entries", failed, c.journal())
	}
	if out, failed = c.run("balances", good, "--date", "2026-10-31", "--dry-run"); failed || !strings.Contains(out, "Siap") || c.journal() != 0 {
		t.Errorf("a try: %v %s", failed, out)
	}
	if out, failed = c.run("balances", good, "--date", "31-10-2026"); !failed || c.journal() != 0 {
		t.Errorf("a day that isn't one: %s", out)
	}
	if out, failed = c.run("balances", good, "--date", "2026-10-31"); failed || !strings.Contains(out, "masuk buku dalam 1 jurnal") || c.journal() != 1 {
		t.Errorf("taken: %v %s", failed, out)
	}
	c.Verify()
}

// A treasurer tries a list, a manager puts it in; the same form sent twice is one opening.
func TestTreasurersTryManagersImport(t *testing.T) {
	c := newCoop(t)
	url := c.Serve().URL
	treasurer, manager := c.Token(c.Operator(act.Treasurer)), c.Token(c.App.Manager())
	key := ulid.New()
	send := func(token, query string) (int, opening.Report) {
		t.Helper()
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		for name, value := range map[string]string{"id": key, "date": "2026-10-31"} {
			if err := w.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
		part, err := w.CreateFormFile("file", "saldo.csv")
		if err == nil {
			_, err = part.Write(c.file().Data)
		}
		if err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequest(http.MethodPost, url+"/api/coop/import/balances"+query, &form)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", token)
		request.Header.Set("Content-Type", w.FormDataContentType())
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		raw, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		var r opening.Report
		_ = json.Unmarshal(raw, &r) // a refusal has another shape; the status says so
		return answer.StatusCode, r
	}
	for i, c := range []struct {
		token, query string
		status       int
		done         bool
	}{{treasurer, "?dry_run=1", 200, false}, {treasurer, "", 403, false}, {manager, "", 201, true}, {manager, "", 200, true}} {
		if status, r := send(c.token, c.query); status != c.status || r.Done != c.done {
			t.Errorf("%d: %d, done %v", i, status, r.Done)
		}
	}
	if c.journal() != 1 {
		t.Errorf("%d entries", c.journal())
	}
}
