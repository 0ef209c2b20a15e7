package command

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/fault"
)

// ServerFile lies in the data folder while a server holds it.
const ServerFile = "server.json"

const (
	pathHello   = "/api/coop/local/hello"
	pathCommand = "/api/coop/local/command"
)

// MaxRequest bounds a command with its files, sent as base64.
const MaxRequest = 64 << 20

// helloTimeout is how long a server may take to prove that it holds the folder.
const helloTimeout = 3 * time.Second

// running is where a server listens for commands, on this machine alone.
type running struct {
	PID     int    `json:"pid"`
	Address string `json:"address"`
	Token   string `json:"token"`
	Folder  string `json:"folder"` // that it holds
}

// holds says whether the server means this folder: whoever copies the folder of a running co-op copies the file too,
// and what is tried on the copy must not be done to the books. A folder that can't be looked at from here (another
// machine's name for it) is believed.
func (r running) holds(dir string) bool {
	theirs, err := os.Stat(r.Folder)
	if err != nil {
		return true
	}
	ours, err := os.Stat(dir)
	return err != nil || os.SameFile(theirs, ours)
}

// request is a command on its way to the server.
type request struct {
	Name  string            `json:"name"`
	Args  []string          `json:"args"`
	Flags map[string]string `json:"flags"`
	Files []File            `json:"files"`
}

// event is one line of the answer; exactly one kind is set.
type event struct {
	Out      *string `json:"out,omitempty"`
	File     string  `json:"file,omitempty"`
	Data     []byte  `json:"data,omitempty"`
	Progress []int   `json:"progress,omitempty"`
	Exit     *int    `json:"exit,omitempty"`
}

// prove answers a nonce with the token's authority without telling the token: a file left behind by a
// server that was killed may name a port that somebody else has now, and a staff list must not go there.
func (r running) prove(nonce string) string {
	mac := hmac.New(sha256.New, []byte(r.Token))
	mac.Write([]byte(nonce))
	return hex.EncodeToString(mac.Sum(nil))
}

// send gives a command to the server that holds the folder; sent is false when none does.
func send(c *Call, s Spec) (code int, sent bool, err error) {
	server, ok := find(c.Ctx, c.App.DataDir())
	if !ok {
		return Failed, false, nil
	}
	body, err := json.Marshal(request{s.Name, c.Args, c.Flags, c.Files})
	if err != nil {
		return Failed, true, err
	}
	if len(body) > MaxRequest {
		return Failed, true, fault.TooLarge("file.too_large", fault.Params{"file": s.Name, "max": MaxFile >> 20})
	}
	r, err := http.NewRequestWithContext(c.Ctx, http.MethodPost, "http://"+server.Address+pathCommand, bytes.NewReader(body))
	if err != nil {
		return Failed, true, err
	}
	r.Header.Set("Authorization", "Bearer "+server.Token)
	answer, err := local(0).Do(r)
	if err != nil {
		return Failed, true, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return Failed, true, fault.Refused("command.server_refused", fault.Params{"status": answer.Status})
	}
	code, err = receive(c, answer.Body)
	return code, true, err
}

// receive plays the server's answer here: lines to the terminal, files into this folder.
func receive(c *Call, body io.Reader) (int, error) {
	lines := json.NewDecoder(bufio.NewReader(body))
	for {
		var e event
		if err := lines.Decode(&e); err != nil {
			return Failed, fault.Refused("command.server_gone") // no exit line: it died under the command
		}
		switch {
		case e.Exit != nil:
			return *e.Exit, nil
		case e.File != "":
			if err := c.Save(e.File, e.Data); err != nil {
				return Failed, err
			}
		case len(e.Progress) == 2:
			c.Progress(e.Progress[0], e.Progress[1])
		case e.Out != nil:
			if _, err := io.WriteString(c.Out, *e.Out); err != nil {
				return Failed, err
			}
		}
	}
}

// find reads the folder's server file and believes it only when the server there proves the token.
func find(ctx context.Context, dir string) (running, bool) {
	var r running
	raw, err := os.ReadFile(filepath.Join(dir, ServerFile))
	if err != nil || json.Unmarshal(raw, &r) != nil || r.Token == "" || !r.holds(dir) {
		return r, false
	}
	host, _, err := net.SplitHostPort(r.Address)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return r, false
	}
	if ctx == nil {
		ctx = context.Background()
	}
	nonce := rand.Text()
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.Address+pathHello+"?nonce="+url.QueryEscape(nonce), nil)
	if err != nil {
		return r, false
	}
	answer, err := local(helloTimeout).Do(ask)
	if err != nil {
		return r, false // nobody listens: the server was killed and left its file
	}
	defer answer.Body.Close()
	proof, err := io.ReadAll(io.LimitReader(answer.Body, 128))
	return r, err == nil && hmac.Equal(proof, []byte(r.prove(nonce)))
}

// local speaks to this machine only: no proxy, no redirect.
func local(timeout time.Duration) *http.Client {
	return &http.Client{Timeout: timeout, Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Serve lets commands reach the server that starts: on a port of its own on the loopback interface,
// apart from the public one (which may speak TLS, sit behind a proxy, or cut long answers off). The
// returned function ends it.
func Serve(app core.App, specs ...Spec) (stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(app.DataDir())
	if err != nil {
		_ = listener.Close()
		return nil, err
	}
	me := running{os.Getpid(), listener.Addr().String(), rand.Text() + rand.Text(), folder}
	h := &host{app: app, me: me, specs: map[string]Spec{}}
	for _, s := range specs {
		if s.Writes {
			h.specs[s.Name] = s
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+pathHello, h.hello)
	mux.HandleFunc("POST "+pathCommand, h.command)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	if err := announce(app.DataDir(), me); err != nil {
		_ = listener.Close()
		return nil, err
	}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			app.Logger().Error("commands can't reach the server", "error", err)
		}
	}()
	return func() {
		withdraw(app.DataDir(), me)
		_ = server.Close() // a command that still runs loses its context, and stops between two acts
	}, nil
}

// announce writes the server file at once and for the owner only.
func announce(dir string, me running) error {
	raw, err := json.Marshal(me)
	if err != nil {
		return err
	}
	half := filepath.Join(dir, ServerFile+".half")
	if err := os.WriteFile(half, raw, 0o600); err != nil {
		return err
	}
	return os.Rename(half, filepath.Join(dir, ServerFile))
}

// withdraw removes the server file unless another server has put its own there.
func withdraw(dir string, me running) {
	var r running
	path := filepath.Join(dir, ServerFile)
	if raw, err := os.ReadFile(path); err == nil && json.Unmarshal(raw, &r) == nil && r.Token == me.Token {
		_ = os.Remove(path) // left behind, it is told apart by its token
	}
}
