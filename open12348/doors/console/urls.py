"""The staff's door."""

from django.urls import path

from . import desk, entry, matter, office, staff, views

app_name = "console"
prefix = "console/"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", entry.sign_in, name="sign-in"),
    path("second-factor/", entry.second_factor, name="second-factor"),
    path("password/", entry.password, name="password"),
    path("sign-out/", entry.sign_out, name="sign-out"),
    path("new/", desk.intake_page, name="intake"),
    path("new/hints/", desk.hints, name="hints"),
    path("new/answers/", desk.answers, name="answers"),
    path("new/draft/", desk.draft, name="draft"),
    path("search/", views.search, name="search"),
    path("cases/<str:code>/", matter.case, name="case"),
    path("cases/<str:code>/slip.pdf", matter.slip, name="slip"),
    path("cases/<str:code>/clock/<int:pk>/", matter.clock, name="clock"),
    path("cases/<str:code>/files/<int:pk>/", matter.file, name="file"),
    path("watch/", views.watch, name="watch"),
    path("watch/looks/", views.looks, name="looks"),
    path("rights/", views.rights, name="rights"),
    path("map/", office.tiles, name="map"),
    path("people/", office.people_here, name="people"),
    path("providers/", office.practitioners, name="providers"),
    path("providers/<int:pk>/", office.practitioner, name="provider"),
    path("calendar/", office.calendar, name="calendar"),
    path("accounts/", staff.accounts_page, name="accounts"),
    path("accounts/<int:pk>/", staff.account, name="account"),
    path("tokens/", staff.tokens, name="tokens"),
]
