package command_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/testapp"
)

// specs are a command that writes and says where it ran.
func specs(where string) []command.Spec {
	return []command.Spec{{Name: "test write", Use: "FILE", Files: true, Writes: true, Flags: []command.Flag{{Name: "code", Default: "0"}},
		Run: func(c *command.Call) (int, error) {
			fmt.Fprintf(c.Out, "ran %s in %s\n", where, c.Language())
			for _, f := range c.Files {
				fmt.Fprintf(c.Out, "%s has %d bytes\n", f.Name, len(f.Data))
			}
			c.Progress(1, 2)
			c.Progress(2, 2)
			switch c.Flags["code"] {
			case "partial":
				return command.Partial, nil
			case "fault":
				return command.Failed, fault.Bad("file.missing", fault.Params{"file": "hilang.csv"})
			case "panic":
				panic("the roof")
			}
			return command.Done, c.Save(c.Flags["out"], []byte("hasil"))
		}}, {Name: "read", Run: func(c *command.Call) (int, error) {
		fmt.Fprintln(c.Out, "read", where)
		return command.Done, nil
	}}}
}

func withOut(all []command.Spec) []command.Spec {
	all[0].Flags = append(all[0].Flags, command.Flag{Name: "out"})
	return all
}

// shell calls a command as somebody at the machine does, with the specs of a process without a server.
func shell(t *testing.T, app *testapp.App, args ...string) (out string, code int) {
	t.Helper()
	root := &cobra.Command{Use: "kpdk", SilenceErrors: true}
	root.AddCommand(command.Build(app, func() error { return nil }, withOut(specs("here"))...)...)
	var b bytes.Buffer
	root.SetOut(&b)
	root.SetErr(&b)
	root.SetArgs(args)
	err := root.Execute()
	var exit command.ExitError
	if errors.As(err, &exit) {
		return b.String(), exit.Code
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), 0
}

func list(t *testing.T, size int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "daftar.csv")
	if err := os.WriteFile(path, bytes.Repeat([]byte("x"), size), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestACommandGoesToTheServerThatHoldsTheFolder(t *testing.T) {
	app := testapp.New(t)
	file, result := list(t, 3<<20), filepath.Join(t.TempDir(), "out", "hasil.txt")
	if out, code := shell(t, app, "test", "write", file, "--out", result); code != 0 || !strings.Contains(out, "ran here") {
		t.Fatalf("without a server: exit %d %s", code, out)
	}
	stop, err := command.Serve(app, withOut(specs("there"))...)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(app.DataDir(), "server.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the server file is its owner's: %v %v", info, err)
	}
	if err := os.Remove(result); err != nil {
		t.Fatal(err)
	}
	out, code := shell(t, app, "test", "write", file, "--out", result, "--lang", "en")
	if code != 0 || !strings.Contains(out, "ran there in en\ndaftar.csv has 3145728 bytes\n") {
		t.Errorf("with a server: exit %d %s", code, out)
	}
	if saved, err := os.ReadFile(result); err != nil || string(saved) != "hasil" {
		t.Errorf("its file lies here: %q %v", saved, err)
	}
	if out, code := shell(t, app, "test", "write", file, "--code", "partial"); code != command.Partial {
		t.Errorf("exit %d %s", code, out)
	}
	if out, code := shell(t, app, "test", "write", file, "--code", "fault"); code != command.Failed || !strings.Contains(out, "hilang.csv") {
		t.Errorf("a refusal: exit %d %s", code, out)
	}
	if out, code := shell(t, app, "test", "write", file, "--code", "panic"); code != command.Failed {
		t.Errorf("a panic leaves the server standing: exit %d %s", code, out)
	}
	if out, _ := shell(t, app, "read"); !strings.Contains(out, "read here") {
		t.Errorf("what only reads stays here: %s", out)
	}
	copied := testapp.New(t) // the folder of a running co-op, copied to try something
	raw, err := os.ReadFile(filepath.Join(app.DataDir(), "server.json"))
	if err == nil {
		err = os.WriteFile(filepath.Join(copied.DataDir(), "server.json"), raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if out, code := shell(t, copied, "test", "write", file, "--out", result); code != 0 || !strings.Contains(out, "ran here") {
		t.Errorf("on a copy of the folder: exit %d %s", code, out)
	}
	stop()
	if _, err := os.Stat(filepath.Join(app.DataDir(), "server.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a server that ends takes its file along: %v", err)
	}
	if out, code := shell(t, app, "test", "write", file, "--out", result); code != 0 || !strings.Contains(out, "ran here") {
		t.Errorf("after it: exit %d %s", code, out)
	}
}

func TestAStaleServerFileIsNotBelieved(t *testing.T) {
	app := testapp.New(t)
	file, result := list(t, 10), filepath.Join(t.TempDir(), "hasil.txt")
	var heard []string
	stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heard = append(heard, r.Method+" "+string(body))
		_, _ = io.WriteString(w, strings.Repeat("0", 64))
	}))
	defer stranger.Close()
	for name, server := range map[string]string{
		"nobody listens":          `{"pid": 1, "address": "127.0.0.1:1", "token": "abc"}`,
		"a stranger has its port": fmt.Sprintf(`{"pid": 1, "address": %q, "token": "abc"}`, stranger.Listener.Addr()),
		"an address far away":     `{"pid": 1, "address": "192.0.2.1:80", "token": "abc"}`,
		"half written":            `{"pid": 1, "addr`,
	} {
		if err := os.WriteFile(filepath.Join(app.DataDir(), "server.json"), []byte(server), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, code := shell(t, app, "test", "write", file, "--out", result); code != 0 || !strings.Contains(out, "ran here") {
			t.Errorf("%s: exit %d %s", name, code, out)
		}
	}
	if len(heard) != 1 || !strings.HasPrefix(heard[0], "GET") {
		t.Errorf("the stranger hears a question and no file: %q", heard)
	}
}

func TestTheServerHearsOnlyItsOwnMachine(t *testing.T) {
	app := testapp.New(t)
	stop, err := command.Serve(app, specs("there")...)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	raw, err := os.ReadFile(filepath.Join(app.DataDir(), "server.json"))
	if err != nil {
		t.Fatal(err)
	}
	var server struct{ Address, Token string }
	if err := json.Unmarshal(raw, &server); err != nil {
		t.Fatal(err)
	}
	ask := func(change func(r *http.Request)) int {
		t.Helper()
		r, err := http.NewRequest("POST", "http://"+server.Address+"/api/coop/local/command", strings.NewReader(`{"name": "test write"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+server.Token)
		change(r)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	if status := ask(func(*http.Request) {}); status != 200 {
		t.Errorf("the token opens: %d", status)
	}
	for name, change := range map[string]func(r *http.Request){
		"no token":            func(r *http.Request) { r.Header.Del("Authorization") },
		"another token":       func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") },
		"a page in a browser": func(r *http.Request) { r.Header.Set("Origin", "https://jahat.example") },
		"another host's name": func(r *http.Request) { r.Host = "jahat.example" },
	} {
		if status := ask(change); status != 403 {
			t.Errorf("%s: %d", name, status)
		}
	}
	if status := ask(func(r *http.Request) {
		r.Body = io.NopCloser(strings.NewReader(`{"name": "read"}`))
		r.ContentLength = -1
	}); status != 404 {
		t.Errorf("a command that only reads is not offered: %d", status)
	}
}
