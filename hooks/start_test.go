package hooks_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kpdk/hooks/internal/testapp"
)

// built is kpdk as it is shipped, once for all tests.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "kpdk-bin-")
	if err != nil {
		return "", err
	}
	folder = dir
	path := filepath.Join(dir, "kpdk")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	build := exec.Command("go", "build", "-o", path, ".")
	build.Dir, build.Env = testapp.Root(), append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

var folder string // of the binary, when it was built

// TestMain is also the server that the kill drill kills.
func TestMain(m *testing.M) {
	if dir := os.Getenv(victimFolder); dir != "" {
		fmt.Fprintln(os.Stderr, beVictim(dir))
		os.Exit(1)
	}
	code := m.Run()
	if folder != "" {
		_ = os.RemoveAll(folder) // a temporary folder is the system's to clean, too
	}
	os.Exit(code)
}

func binary(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the binary")
	}
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// call runs the binary to its end; answer is what a program would read, said all that a person sees.
func call(t *testing.T, kpdk string, args ...string) (answer, said string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out, problems bytes.Buffer
	c := exec.CommandContext(ctx, kpdk, args...)
	c.Dir = t.TempDir() // a command without --dir bootstraps a folder here
	c.Stdout, c.Stderr = &out, &problems
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if exit != nil {
		code = exit.ExitCode()
	}
	return out.String(), out.String() + problems.String(), code
}

// serving is a server process on a folder, ready when its file can be read and its page opens.
func serving(t *testing.T, kpdk, dir string) (server *exec.Cmd, url string) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	server = exec.Command(kpdk, "serve", "--dir", dir, "--http", address)
	var said bytes.Buffer
	server.Stdout, server.Stderr = &said, &said
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill() // it may have ended before
		_ = server.Wait()
	})
	deadline, tick := time.After(30*time.Second), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-deadline:
			t.Fatalf("no server after 30 s: %s", said.String())
		case <-tick.C:
			if res, err := http.Get("http://" + address + "/api/coop/info"); err == nil {
				_ = res.Body.Close()
				return server, "http://" + address
			}
		}
	}
}

func TestExitCodesReachTheShell(t *testing.T) {
	kpdk, dir := binary(t), filepath.Join(t.TempDir(), "data")
	for _, c := range []struct {
		name, says string
		args       []string
		code       int
	}{
		{"a founding", "anggota 0", []string{"init", "--name", "Koperasi Uji", "--dir", dir}, 0},
		{"a second one", "sudah berisi", []string{"init", "--name", "Koperasi Uji", "--dir", dir}, 1},
		{"the template", `"signature"`, []string{"template", "export", "--dir", dir}, 0},
		{"a file that is not there", "tidak ketemu", []string{"import", "products", "none.csv", "--dir", dir}, 1},
		{"the same in English", "not found", []string{"import", "products", "none.csv", "--dir", dir, "--lang", "en"}, 1},
		{"no such command", "unknown command", []string{"nothing"}, 1},
		{"no such command of a group", "unknown command", []string{"template", "nothing"}, 1},
		{"a flag nobody knows", "--nope", []string{"init", "--nope"}, 1},
		{"too few arguments", "accepts 1 arg", []string{"import", "products", "--dir", dir}, 1},
		{"an address in use or bad", "", []string{"serve", "--http", "256.0.0.1:1", "--dir", dir}, 1},
		{"help", "kpdk", []string{"--help"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, out, code := call(t, kpdk, c.args...)
			if code != c.code || !strings.Contains(out, c.says) {
				t.Errorf("exit %d, want %d with %q: %s", code, c.code, c.says, out)
			}
		})
		if info, err := os.Stat(dir); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o700) {
			t.Errorf("after %s the folder is not its owner's alone: %v %v", c.name, info, err)
		}
	}
}

func TestACommandRunsInTheServerOfItsFolder(t *testing.T) {
	kpdk, dir := binary(t), filepath.Join(t.TempDir(), "data")
	server, url := serving(t, kpdk, dir)
	file := filepath.Join(dir, "server.json")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info, err)
	}
	var held struct{ PID int }
	if raw, err := os.ReadFile(file); err != nil || json.Unmarshal(raw, &held) != nil || held.PID != server.Process.Pid {
		t.Errorf("the file names the server %d: %d %v", server.Process.Pid, held.PID, err)
	}
	if _, said, code := call(t, kpdk, "serve", "--dir", dir, "--http", strings.TrimPrefix(url, "http://")); code != 1 {
		t.Errorf("a second server on the same port: exit %d %s", code, said)
	}
	if _, said, code := call(t, kpdk, "serve", "--dir", dir, "--http", "127.0.0.1:0"); code != 1 || !strings.Contains(said, "sudah dilayani") {
		t.Errorf("a second server on another port: exit %d %s", code, said)
	}
	if _, err := os.Stat(file); err != nil {
		t.Errorf("and the first keeps its commands: %v", err)
	}
	goods := filepath.Join(t.TempDir(), "barang.csv")
	if err := os.WriteFile(goods, []byte("Kode,Nama Barang,Barcode,Harga Jual\nA1,Kopi,8991234567895,5000\nA2,Teh,,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	type counts struct{ Read, Created, Unchanged int }
	var first, again counts
	out, _, code := call(t, kpdk, "import", "products", goods, "--json", "--dir", dir)
	if code != 2 || json.Unmarshal([]byte(out), &first) != nil || first.Created != 1 {
		t.Errorf("one good row of two: exit %d %s", code, out)
	}
	if err := server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = server.Wait() // killed: its state says so
	if _, err := os.Stat(file); err != nil {
		t.Fatalf("a killed server leaves its file: %v", err)
	}
	out, _, code = call(t, kpdk, "import", "products", goods, "--json", "--dir", dir)
	if code != 2 || json.Unmarshal([]byte(out), &again) != nil || again.Created != 0 || again.Unchanged != 1 {
		t.Errorf("the file is not believed, and the row is there already: exit %d %s", code, out)
	}
}

func TestAServerThatIsAskedToStopTakesItsFileAlong(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no SIGTERM")
	}
	kpdk, dir := binary(t), filepath.Join(t.TempDir(), "data")
	server, _ := serving(t, kpdk, dir)
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err != nil {
		t.Errorf("a server that was asked to stop ends well: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "server.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its file: %v", err)
	}
}

// TestASecondCoopIsFoundedOverTheWire goes the whole way with the shipped binary: one co-op serves, another
// is founded from its address, verifies, and serves under its own name and key.
func TestASecondCoopIsFoundedOverTheWire(t *testing.T) {
	kpdk, first, second := binary(t), filepath.Join(t.TempDir(), "satu"), filepath.Join(t.TempDir(), "dua")
	_, url := serving(t, kpdk, first)
	_, out, code := call(t, kpdk, "init", "--from", url, "--name", "Koperasi Konsumen Dua", "--dir", second)
	if code != 0 || !strings.Contains(out, "anggota 0") {
		t.Fatalf("exit %d: %s", code, out)
	}
	if _, out, code := call(t, kpdk, "verify", "--dir", second); code != 0 {
		t.Errorf("the second co-op's books: exit %d %s", code, out)
	}
	for _, slip := range [][]string{{"verify", "--dir", second + "-salah"}, {"export", "ledger", "--dir=" + second + "-salah"}, {"rebuild", "balances", "--dir", second + "-salah"}, {"verify", "--dir", second, "--head", ""}, {"verify", "--dir", second, "--head="}} {
		if _, out, code := call(t, kpdk, append(slip, "--lang", "en")...); code == 0 || !strings.Contains(out, "no books in") && !strings.Contains(out, "--head was given without a value") {
			t.Errorf("%v: exit %d %s", slip, code, out)
		}
	}
	if left, err := filepath.Glob(second + "-*"); err != nil || len(left) != 0 {
		t.Errorf("%v were made (%v)", left, err)
	}
	_, other := serving(t, kpdk, second)
	mine, theirs := infoOf(t, url), infoOf(t, other)
	if theirs.Name != "Koperasi Konsumen Dua" || len(theirs.Keys) != 1 || theirs.Keys[0].Public == mine.Keys[0].Public {
		t.Errorf("the first says %+v, the second %+v", mine, theirs)
	}
}

type info struct {
	Name string                        `json:"name"`
	Keys []struct{ ID, Public string } `json:"card_keys"`
}

func infoOf(t *testing.T, url string) (i info) {
	t.Helper()
	res, err := http.Get(url + "/api/coop/info")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&i); err != nil {
		t.Fatal(err)
	}
	return i
}
