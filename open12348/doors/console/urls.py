"""The staff's door."""

from django.urls import path

from . import entry, office, views

app_name = "console"
prefix = "console/"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", entry.sign_in, name="sign-in"),
    path("second-factor/", entry.second_factor, name="second-factor"),
    path("password/", entry.password, name="password"),
    path("sign-out/", entry.sign_out, name="sign-out"),
    path("new/", views.intake_page, name="intake"),
    path("new/hints/", views.hints, name="hints"),
    path("search/", views.search, name="search"),
    path("cases/<str:code>/", views.case, name="case"),
    path("cases/<str:code>/clock/<int:pk>/", views.clock, name="clock"),
    path("cases/<str:code>/files/<int:pk>/", views.file, name="file"),
    path("map/", office.tiles, name="map"),
    path("people/", office.people_here, name="people"),
    path("providers/", office.practitioners, name="providers"),
    path("providers/<int:pk>/", office.practitioner, name="provider"),
    path("accounts/", office.accounts_page, name="accounts"),
    path("accounts/<int:pk>/", office.account, name="account"),
    path("calendar/", office.calendar, name="calendar"),
]
