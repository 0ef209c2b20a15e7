package ledger_test

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
)

// A block says what its entries moved, however they came: one by one, many at once, with records, between others that
// were rolled back, and when the program began in the middle of it. An entry that completes a block reads nothing
// unless the program began in it.
func TestABlockIsWhatItsEntriesMoved(t *testing.T) {
	app := testapp.New(t)
	random := rand.New(rand.NewPCG(7, 512))
	taken := errors.New("taken back")
	post := func(tx *act.Tx, lines int) error {
		e := ledger.Entry{Kind: ledger.KindOpening, Date: tx.Today().Add(-random.IntN(2))}
		var sum money.Rupiah
		for i := range lines {
			amount := money.Rupiah(1 + random.IntN(90_000))
			e.Lines, sum = append(e.Lines, ledger.Cr(ledger.DepositHeld, amount, ledger.MemberParty(int64(i+1)))), sum+amount
		}
		e.Lines = append(e.Lines, ledger.Dr([]int{ledger.OpeningBalance, ledger.Cash}[random.IntN(2)], sum))
		_, err := ledger.Post(tx, e)
		return err
	}
	var held sync.Mutex // of random, which many ask at once
	do := func(with func(act.Act, func(*act.Tx) (int, error)) error, lines int, end error) {
		err := with(act.Act{Kind: "test.post", Key: ulid.New(), By: act.BySystem}, func(tx *act.Tx) (int, error) {
			held.Lock()
			defer held.Unlock()
			return 0, errors.Join(post(tx, lines), end)
		})
		if !errors.Is(err, end) {
			t.Error(err)
		}
	}
	plain := func(a act.Act, f func(*act.Tx) (int, error)) error {
		_, _, err := act.Do(t.Context(), app, a, f)
		return err
	}
	records := func(a act.Act, f func(*act.Tx) (int, error)) error {
		_, _, err := act.DoWithRecords(t.Context(), app, a, f)
		return err
	}
	head := func() (n int) {
		if err := act.Read(app).Row("SELECT coalesce(max(seq), 0) FROM seals").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	swept := func(at int) (n int) {
		app.Act("test.look", func(tx *act.Tx) error { n = ledger.Swept(tx, int64(at)); return nil })
		return n
	}
	closed := false
	for n := 0; n < 1_150; n = head() {
		switch chance := random.IntN(40); {
		case chance == 0:
			do(plain, 1+random.IntN(3), taken)
		case chance == 1:
			do(records, 1+random.IntN(3), nil)
		case chance == 2:
			do(records, 1, taken)
		case chance == 3:
			do(plain, 40, nil)
		case n > 700 && n < 720 && !closed: // in the second block alone
			act.Close(app)
			closed = true
		case chance < 8:
			var all sync.WaitGroup
			for i := range 12 {
				all.Go(func() { do(plain, 1, map[bool]error{true: taken}[i == 5]) })
			}
			all.Wait()
		default:
			do(plain, 1, nil)
		}
		if at := head(); at%512 != 0 && (at <= 512 || at > 1_024) && swept(at) != (at-1)%512+1 {
			t.Fatalf("at entry %d %d of its block are swept", at, swept(at))
		}
	}
	app.Verify()
}
