package member_test

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

// buys puts a store purchase on a member's account.
func buys(t testing.TB, app *testapp.App, number int64, amount money.Rupiah) {
	t.Helper()
	do(t, app, func(tx *act.Tx) error {
		if _, err := ledger.Owe(tx, number, ledger.ItemStore, tx.Today(), amount); err != nil {
			return err
		}
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: tx.Today(), Lines: []ledger.Line{
			ledger.Dr(ledger.StoreReceivable, amount, ledger.MemberParty(number)), ledger.Cr(ledger.MemberSales, amount, ledger.MemberParty(number))}})
		return err
	})
}

// saves pays cash onto one of a member's savings.
func saves(t testing.TB, app *testapp.App, number int64, account int, amount money.Rupiah) {
	t.Helper()
	do(t, app, func(tx *act.Tx) error {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSavings, Date: tx.Today(), Lines: []ledger.Line{
			ledger.Dr(ledger.Cash, amount), ledger.Cr(account, amount, ledger.MemberParty(number))}})
		return err
	})
}

func TestMemberLeavesWithSavingsAboveTheDebt(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	number := joined(t, app, 1, "cash")[0]
	saves(t, app, number, ledger.MandatorySavings, 50_000)
	saves(t, app, number, ledger.VoluntarySavings, 30_000)
	buys(t, app, number, 25_000)
	buys(t, app, number, 40_000)
	do(t, app, func(tx *act.Tx) error {
		_, err := ledger.Owe(tx, number, ledger.ItemMandatory, tx.Today(), 50_000)
		return err
	})
	key := ulid.New()
	s, _, err := member.LeaveCoop(ctx, app, key, manager, number, member.Leave{Reason: "moved"})
	want := member.Settlement{Number: number, Savings: 180_000, Debt: 65_000, Offset: 65_000, Payable: 115_000, StillOwed: 0, Waived: 50_000, DueOn: s.DueOn, Entry: s.Entry}
	if err != nil || s != want || s.Entry == 0 {
		t.Fatalf("%+v %v", s, err)
	}
	if again, replayed, err := member.LeaveCoop(ctx, app, key, manager, number, member.Leave{Reason: "moved"}); again != s || !replayed || err != nil {
		t.Errorf("the same again: %+v %v %v", again, replayed, err)
	}
	if items, _ := ledger.OpenItems(act.Read(app), number); len(items) != 0 {
		t.Errorf("still open: %v", items)
	}
	if balance(t, app, number, ledger.LeaverPayable) != -115_000 || balance(t, app, number, ledger.StoreReceivable) != 0 {
		t.Error("the rest is owed to the leaver")
	}
	p := person(t, app, number)
	if _, err := member.Usable(act.Read(app), member.Card{Member: number, Serial: 1}); p.Status != member.Left || p.CardSerial != 0 || !errors.Is(err, fault.Refused("member.card_left")) {
		t.Errorf("%+v %v", p, err)
	}
	if _, ok, _ := member.MandateOn(act.Read(app), number, "2026-12-01"); ok {
		t.Error("the mandate outlives the membership")
	}
	if _, _, err := member.LeaveCoop(ctx, app, ulid.New(), manager, number, member.Leave{Reason: "moved"}); !errors.Is(err, fault.Refused("member.left_already")) {
		t.Errorf("left twice: %v", err)
	}
	sound(t, app)
}

func TestMemberLeavesOwingMoreThanTheSavings(t *testing.T) {
	app := testapp.New(t)
	number := joined(t, app, 1, "cash")[0]
	buys(t, app, number, 60_000)
	buys(t, app, number, 70_000)
	s := must[member.Settlement](t)(member.LeaveCoop(context.Background(), app, ulid.New(), manager, number, member.Leave{Reason: "resigned"}))
	if s.Savings != 100_000 || s.Debt != 130_000 || s.Offset != 100_000 || s.Payable != 0 || s.StillOwed != 30_000 {
		t.Errorf("%+v", s)
	}
	items, _ := ledger.OpenItems(act.Read(app), number)
	if len(items) != 1 || items[0].Remainder != 30_000 || items[0].Amount != 70_000 || balance(t, app, number, ledger.StoreReceivable) != 30_000 {
		t.Errorf("the oldest is paid first and the rest stays a receivable: %v", items)
	}
	sound(t, app)
}

func TestWhoWasOnlyInvitedLeavesWithoutAnEntry(t *testing.T) {
	app := testapp.New(t)
	number := invited(t, app, 1)[0]
	s := must[member.Settlement](t)(member.LeaveCoop(context.Background(), app, ulid.New(), manager, number, member.Leave{Reason: "retired"}))
	if (s != member.Settlement{Number: number, DueOn: s.DueOn}) {
		t.Errorf("%+v", s)
	}
	out := must[member.Invitations](t)(member.InviteEmployees(context.Background(), app, ulid.New(), manager, member.Invite{Employees: []string{person(t, app, number).Employee}}))
	if len(out.Invited) != 1 || out.Invited[0].Number != number+1 {
		t.Errorf("who comes back gets a number of their own: %v", out)
	}
	sound(t, app)
}

// Whatever a member saved, bought and still was to save, joining and leaving balance: nothing is left
// on the savings, and what is paid out is what was there without the debt.
func TestJoiningAndLeavingAlwaysBalance(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	numbers := invited(t, app, 1_000) // rapid tries 100 lives, and more when it shrinks a failure
	used := 0
	rapid.Check(t, func(rt *rapid.T) {
		number := numbers[used]
		used++
		in := terms(rapid.SampledFrom([]string{"cash", "payroll"}).Draw(rt, "principal"))
		in.Members = []int64{number}
		if _, _, err := member.JoinMembers(ctx, app, ulid.New(), manager, "id", in); err != nil {
			rt.Fatal(err)
		}
		saved, bought := money.Rupiah(0), money.Rupiah(0)
		if in.Principal == "cash" {
			saved = 100_000
		}
		for range rapid.IntRange(0, 6).Draw(rt, "moves") {
			amount := money.Rupiah(rapid.Int64Range(1, 300_000).Draw(rt, "amount"))
			switch account := rapid.SampledFrom([]int{ledger.MandatorySavings, ledger.VoluntarySavings, ledger.SurplusPayable, ledger.DepositHeld, 0}).Draw(rt, "account"); account {
			case 0:
				buys(t, app, number, amount)
				bought += amount
			default:
				saves(t, app, number, account, amount)
				saved += amount
			}
		}
		s, _, err := member.LeaveCoop(ctx, app, ulid.New(), manager, number, member.Leave{Reason: "resigned"})
		if err != nil {
			rt.Fatal(err)
		}
		if s.Savings != saved || s.Debt != bought || s.Payable != max(saved-bought, 0) || s.StillOwed != max(bought-saved, 0) {
			rt.Fatalf("saved %s, bought %s: %+v", saved, bought, s)
		}
		for _, account := range []int{ledger.PrincipalSavings, ledger.MandatorySavings, ledger.VoluntarySavings, ledger.SurplusPayable, ledger.DepositHeld} {
			if left := balance(t, app, number, account); left != 0 {
				rt.Fatalf("%d keeps %s", account, left)
			}
		}
		if balance(t, app, number, ledger.LeaverPayable) != -s.Payable || balance(t, app, number, ledger.StoreReceivable) != s.StillOwed {
			rt.Fatal("the accounts say something else than the settlement")
		}
	})
	sound(t, app)
}
