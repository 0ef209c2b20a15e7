package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
)

// secret is everybody's password in these tests.
const secret = "pohon-mangga-berbuah"

// office is a served co-op with its people, who log in with passwords as anywhere.
type office struct {
	*testapp.App
	t       testing.TB
	url     string
	manager string // token
}

// newOffice serves a co-op with a manager; what before changes is there from the first request on.
func newOffice(t testing.TB, before ...func(o *office)) *office {
	o := &office{App: testapp.New(t), t: t}
	for _, change := range before {
		change(o)
	}
	o.url = o.Serve().URL
	boss := o.Manager()
	boss.SetEmail("manajer@contoh.id")
	boss.SetPassword(secret)
	o.must(o.Save(boss))
	o.manager = o.token("_superusers", "manajer@contoh.id")
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// hire lets the manager make an operator, as the dashboard does.
func (o *office) hire(role act.Role, name string) (email string) {
	o.t.Helper()
	email = string(role) + "@contoh.id"
	o.post(o.manager, "/api/collections/operators/records", map[string]any{"email": email, "password": secret, "passwordConfirm": secret,
		"name": name, "role": role, "active": true, "verified": true}, nil)
	return email
}

func (o *office) token(collection, identity string) string {
	o.t.Helper()
	var in struct{ Token string }
	o.post("", "/api/collections/"+collection+"/auth-with-password", map[string]any{"identity": identity, "password": secret}, &in)
	return in.Token
}

func (o *office) post(token, path string, body, into any) {
	o.t.Helper()
	if status, raw := o.ask(token, http.MethodPost, path, body); status >= http.StatusMultipleChoices {
		o.t.Fatalf("POST %s: %d %s", path, status, raw)
	} else if into != nil {
		o.must(json.Unmarshal(raw, into))
	}
}

func (o *office) get(token, path string, into any) {
	o.t.Helper()
	if status, raw := o.ask(token, http.MethodGet, path, nil); status != http.StatusOK {
		o.t.Fatalf("GET %s: %d %s", path, status, raw)
	} else {
		o.must(json.Unmarshal(raw, into))
	}
}

func (o *office) ask(token, method, path string, body any) (int, []byte) {
	o.t.Helper()
	raw, err := json.Marshal(body)
	o.must(err)
	return o.send(token, method, path, "application/json", bytes.NewReader(raw))
}

// upload sends a file as a browser's form does.
func (o *office) upload(path, name string, data []byte, into any) {
	o.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", name)
	o.must(err)
	_, err = part.Write(data)
	o.must(err)
	o.must(w.Close())
	status, raw := o.send(o.manager, http.MethodPost, path, w.FormDataContentType(), &form)
	if status >= http.StatusMultipleChoices {
		o.t.Fatalf("POST %s: %d %s", path, status, raw)
	}
	o.must(json.Unmarshal(raw, into))
}

func (o *office) send(token, method, path, contentType string, body io.Reader) (int, []byte) {
	o.t.Helper()
	request, err := http.NewRequest(method, o.url+path, body)
	o.must(err)
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Accept-Language", "id")
	if token != "" {
		request.Header.Set("Authorization", token)
	}
	response, err := http.DefaultClient.Do(request)
	o.must(err)
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	o.must(err)
	return response.StatusCode, raw
}

// imported is the answer to a list.
type imported struct {
	Read, Created, Updated, Unchanged int
	Rejected                          []struct {
		Row                  int
		Field, Code, Message string
	}
}

// ean ends twelve digits with their check digit.
func ean(twelve string) string {
	sum := 0
	for i, d := range twelve {
		sum += int(d-'0') * (1 + 2*(i%2))
	}
	return fmt.Sprintf("%s%d", twelve, (10-sum%10)%10)
}

// rupiah writes an amount as the screens do.
func rupiah(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "." + text[i:]
	}
	return text
}
