package portal_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
)

// Members read where to transfer to: open accounts with a number, and nothing else of the bank.
func TestWhereToTransferTo(t *testing.T) {
	app := testapp.New(t)
	rani := app.Member("Rani")
	url := app.Serve().URL
	ask := func(token string) (int, string) {
		t.Helper()
		r, err := http.NewRequest(http.MethodGet, url+"/api/coop/me/transfer-to", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", token)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		raw, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(raw)
	}
	for name, c := range map[string]struct {
		token string
		want  int
	}{"nobody": {"", 401}, "cashier": {app.Token(app.Operator(act.Cashier)), 403}} {
		if status, body := ask(c.token); status != c.want {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	var to struct {
		Accounts []struct {
			Name   string `json:"name"`
			Number string `json:"account_number"`
		}
		Reference string
	}
	read := func() {
		t.Helper()
		status, body := ask(app.Token(rani))
		to.Accounts = nil
		if err := json.Unmarshal([]byte(body), &to); status != http.StatusOK || err != nil {
			t.Fatalf("%d %s", status, body)
		}
	}
	if read(); len(to.Accounts) != 0 || len(to.Reference) < 4 {
		t.Errorf("before anybody gave a number: %+v", to)
	}
	main, err := app.FindFirstRecordByData("bank_accounts", "number", 1)
	if err != nil {
		t.Fatal(err)
	}
	main.Set("account_number", "0021-01-000123-30-5")
	if err := app.Save(main); err != nil {
		t.Fatal(err)
	}
	app.Record("bank_accounts", map[string]any{"number": 2, "name": "BSI", "account_number": "7012345678", "closed": true})
	app.Record("bank_accounts", map[string]any{"number": 3, "name": "Bank Jateng", "account_number": " "})
	if read(); len(to.Accounts) != 1 || to.Accounts[0].Number != "0021-01-000123-30-5" || to.Accounts[0].Name != main.GetString("name") {
		t.Errorf("%+v", to)
	}
}
